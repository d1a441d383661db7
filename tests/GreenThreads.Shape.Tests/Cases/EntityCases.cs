using GreenThreads.Shape.Tests.Harness;
using GreenThreads.Shape.Tests.Types;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace GreenThreads.Shape.Tests.Cases;

/// <summary>Entity Framework Core: entities by convention, proxies that override virtual members, a context that is derived from.</summary>
public static class EntityCases
{
    [ShapeCase(Waits.SuspendAndPin)]
    public static string Entities_are_saved_and_loaded_lazily_through_proxies() => Run(o => o.UseLazyLoadingProxies());

    [ShapeCase(Waits.SuspendAndPin)]
    public static string Proxies_that_track_changes_override_every_setter() => Run(o => o.UseLazyLoadingProxies().UseChangeTrackingProxies());

    private static string Run(Func<DbContextOptionsBuilder<Blogs>, DbContextOptionsBuilder> configure)
    {
        var report = new Report();
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        var builder = new DbContextOptionsBuilder<Blogs>();
        configure(builder.UseSqlite(connection));
        using (var blogs = new Blogs(builder.Options))
        {
            report.Add(blogs.Model.ToDebugString());
            blogs.Database.EnsureCreated();
            Blog blog = blogs.CreateProxy<Blog>("green");
            blogs.Add(blog);
            foreach (string title in new[] { "one", "two" })
            {
                Post post = blogs.CreateProxy<Post>();
                (post.Title, post.Mood) = (title, new Mood(title.Length));
                blog.Posts.Add(post);
            }
            report.Add(blogs.SaveChanges());
            report.Add(blog.GetType().BaseType);
        }
        using (var blogs = new Blogs(builder.Options))
        {
            Blog blog = blogs.All.Single(b => b.Name == "green");
            report.Add(blog.Describe()); // loads the posts
            foreach (Post post in blog.Posts.OrderBy(p => p.Title)) report.Add($"{post.Path()} {post.Mood}");
            blog.Name = "blue";
            report.Add(blogs.ChangeTracker.Entries().Count(e => e.State == EntityState.Modified));
            blogs.SaveChanges();
        }
        using (var blogs = new Blogs(builder.Options))
        {
            report.Add(blogs.Posts.Include(p => p.Blog).OrderByDescending(p => p.Id).Select(p => p.Blog!.Name + p.Title).First());
            report.Add(blogs.Posts.AsEnumerable().Select(p => p.Path()).Order().Last());
        }
        return report.ToString();
    }
}

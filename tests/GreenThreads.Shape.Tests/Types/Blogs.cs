using System.Collections.ObjectModel;
using GreenThreads.Shape.Tests.Harness;
using Microsoft.EntityFrameworkCore;

namespace GreenThreads.Shape.Tests.Types;

/// <summary>An entity that a proxy derives from.</summary>
public class Blog
{
    protected Blog() => Slow.Wait();

    public Blog(string name)
    {
        Slow.Wait();
        Name = name;
    }

    public virtual int Id { get; set; }

    public virtual string Name
    {
        get => Slow.Id(field);
        set => field = Slow.Id(value);
    } = "";

    public virtual ICollection<Post> Posts { get; set; } = new ObservableCollection<Post>();

    public virtual string Describe() => $"{Name} with {Slow.Id(Posts.Count)} posts";
}

/// <summary>Its posts.</summary>
public class Post
{
    public virtual int Id { get; set; }

    public virtual string Title { get; set; } = Slow.Id("untitled");

    public virtual Mood Mood { get; set; } = new(1);

    public virtual Blog? Blog { get; set; }

    public string Path() => Slow.Id(Blog!.Name) + "/" + Title;
}

/// <summary>Stored as a number by a conversion that waits.</summary>
public readonly record struct Mood(int Level);

/// <summary>The database.</summary>
public class Blogs(DbContextOptions<Blogs> options) : DbContext(options)
{
    public DbSet<Blog> All => Set<Blog>();

    public DbSet<Post> Posts => Set<Post>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        Slow.Wait();
        modelBuilder.Entity<Post>().Property(p => p.Mood).HasConversion(m => ToNumber(m), n => FromNumber(n));
        modelBuilder.Entity<Blog>().Property(b => b.Name).HasMaxLength(50);
    }

    public override int SaveChanges(bool acceptAllChangesOnSuccess)
    {
        Slow.Wait();
        return base.SaveChanges(acceptAllChangesOnSuccess);
    }

    private static int ToNumber(Mood mood) => Slow.Id(mood.Level);

    private static Mood FromNumber(int level) => Slow.Id(new Mood(level));
}

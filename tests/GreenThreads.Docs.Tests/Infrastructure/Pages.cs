using GreenThreads.Tests.Package;

namespace GreenThreads.Docs.Tests.Infrastructure;

/// <summary>The Markdown pages of the repository.</summary>
internal static class Pages
{
    /// <summary>Their paths below the root, with slashes.</summary>
    internal static string[] All { get; } =
    [
        .. new[] { "docs", "samples", "src", "tests", "tools", "bench" }
            .Select(static folder => Path.Combine(Repository.Root, folder))
            .Where(Directory.Exists)
            .SelectMany(static folder => Directory.EnumerateFiles(folder, "*.md", SearchOption.AllDirectories))
            .Concat(Directory.EnumerateFiles(Repository.Root, "*.md"))
            .Select(static file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'))
            .Where(static page => !page.Split('/').Any(static part => part is "bin" or "obj" or "node_modules"))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The lines of a page.</summary>
    internal static string[] LinesOf(string page) => File.ReadAllLines(Path.Combine(Repository.Root, page));
}

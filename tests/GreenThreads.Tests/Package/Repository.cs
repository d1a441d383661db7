namespace GreenThreads.Tests.Package;

/// <summary>Where the sources of this repository are.</summary>
internal static class Repository
{
    /// <summary>The folder with the solution.</summary>
    internal static string Root { get; } = Find();

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "GreenThreads.slnx"))) return folder.FullName;
        }
        throw new InvalidOperationException($"No GreenThreads.slnx above {AppContext.BaseDirectory}: the tests run inside the repository.");
    }
}

namespace GreenThreads.Docs.Tests.Infrastructure;

/// <summary>A folder that is deleted at the end.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("greenthreads-docs-").FullName;

    /// <summary>A file or folder in it.</summary>
    internal string PathOf(string name) => Path.Combine(_path, name);

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_path, recursive: true);
}

using System.Text.Json;

namespace GreenThreads.Corpus.Runner;

/// <summary>Appends results to a file; each line is on disk before the next case begins.</summary>
internal sealed class ResultWriter(string file) : IDisposable
{
    private readonly StreamWriter _writer = new(file, append: false) { AutoFlush = true };

    public void Write<T>(T result)
    {
        lock (_writer) _writer.WriteLine(JsonSerializer.Serialize(result));
    }

    public void Dispose() => _writer.Dispose();
}

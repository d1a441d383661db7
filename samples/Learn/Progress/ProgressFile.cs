using System.Text.Json;

namespace Learn.Progress;

/// <summary>Which lessons are done, kept in a file of the user.</summary>
internal sealed class ProgressFile
{
    /// <summary>The environment variable that names another file.</summary>
    internal const string Variable = "GREENTHREADS_LEARN_PROGRESS";

    private const int Version = 1;

    private readonly string _path;
    private readonly int _lessons;
    private readonly Dictionary<int, CompletedLesson> _completed = [];

    /// <summary>Reads the file. One that cannot be read, or is from a newer version, is kept under another name.</summary>
    /// <param name="path">The file; it need not exist.</param>
    /// <param name="lessons">How many lessons there are.</param>
    /// <exception cref="IOException">The file is there and cannot be opened or put aside.</exception>
    internal ProgressFile(string path, int lessons)
    {
        _path = Path.GetFullPath(path);
        _lessons = lessons;
        if (!File.Exists(_path)) return;
        string? problem = null;
        try
        {
            ProgressDocument document = JsonSerializer.Deserialize(File.ReadAllText(_path), LearnJson.Default.ProgressDocument)
                ?? throw new JsonException("it holds null");
            if (document.Version > Version) problem = $"is from a newer version of this program ({document.Version}; this one knows {Version})";
            else if (document.Version < 1) problem = $"has the version {document.Version}, which never existed";
            else if (document.Completed.FirstOrDefault(one => one.Lesson < 1 || one.Lesson > lessons) is { } unknown) problem = $"names lesson {unknown.Lesson}, which does not exist";
            else foreach (CompletedLesson one in document.Completed) _completed[one.Lesson] = one;
        }
        catch (JsonException exception)
        {
            // the version of a file whose form is not known any more
            problem = VersionOf(_path) is { } newer and > Version
                ? $"is from a newer version of this program ({newer}; this one knows {Version})"
                : $"cannot be read ({exception.Message.Split('.')[0]})";
        }
        if (problem is null) return;
        string kept = FreeName();
        File.Move(_path, kept);
        Warning = $"The progress file {_path} {problem}. It is kept as {kept}; this is a clean start.";
    }

    /// <summary>What was wrong with the file; null if nothing was.</summary>
    internal string? Warning { get; }

    /// <summary>How many lessons are done.</summary>
    internal int Completed => _completed.Count;

    /// <summary>As it is shown.</summary>
    internal string Summary => $"{Completed} / {_lessons} completed";

    /// <summary>The first lesson that is not done; null if all are.</summary>
    internal int? Next => Enumerable.Range(1, _lessons).Where(number => !_completed.ContainsKey(number)).Select(static number => (int?)number).FirstOrDefault();

    /// <summary>Where the file is unless an option or <see cref="Variable"/> says otherwise.</summary>
    internal static string DefaultPath =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named
            ? named
            : Path.Combine(
                Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
                "GreenThreads", "learn.json");

    /// <summary>Whether a lesson is done.</summary>
    internal bool IsCompleted(int lesson) => _completed.ContainsKey(lesson);

    /// <summary>Notes a lesson as done and writes the file.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    internal void Complete(int lesson, string firstAnswer)
    {
        _completed[lesson] = new CompletedLesson(lesson, firstAnswer, DateTimeOffset.UtcNow);
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        // A file that is half written must never be found: it is written beside, then renamed.
        string written = $"{_path}.{Environment.ProcessId}.new";
        File.WriteAllText(written, JsonSerializer.Serialize(
            new ProgressDocument(Version, [.. _completed.Values.OrderBy(static one => one.Lesson)]), LearnJson.Default.ProgressDocument));
        File.Move(written, _path, overwrite: true);
    }

    /// <summary>Forgets all progress.</summary>
    internal void Reset()
    {
        _completed.Clear();
        File.Delete(_path);
    }

    private static int? VersionOf(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("version", out JsonElement version) && version.TryGetInt32(out int value)
                ? value
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private string FreeName()
    {
        for (int i = 1; ; i++)
        {
            string name = $"{_path}.old-{i}";
            if (!File.Exists(name)) return name;
        }
    }
}

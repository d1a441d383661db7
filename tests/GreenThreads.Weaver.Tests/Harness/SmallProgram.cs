using Microsoft.CodeAnalysis;
using Mono.Cecil;

namespace GreenThreads.Weaver.Tests.Harness;

/// <summary>
/// A corpus of its own, written in a test: one C# source in the namespace of the corpus, whose methods can be given IL
/// that no C# compiler emits. For single constructs, and for generated programs.
/// </summary>
internal sealed class SmallProgram
{
    private readonly string _unwoven, _woven;
    private readonly OptimizationLevel _level;

    public SmallProgram(string name, string source, OptimizationLevel level, Action<TypeDefinition>? patch = null, bool hasSymbols = true)
    {
        _level = level;
        _unwoven = Directory.CreateDirectory(Path.Combine(Toolchain.Work, name + "-unwoven")).FullName;
        _woven = Directory.CreateDirectory(Path.Combine(Toolchain.Work, name + "-woven")).FullName;
        Copy(CorpusRun.Folder(level, Weaving.None), _unwoven);
        Copy(CorpusRun.Folder(level, Weaving.Chaos), _woven);
        string output = Path.Combine(_unwoven, "GreenThreads.Corpus.dll");
        CorpusCompiler.Compile([($"/_/{name}.cs", source)], output, level, [Toolchain.Runtime, Path.Combine(_unwoven, "GreenThreads.Corpus.Library.dll")]);
        if (patch is not null) Patch(output, patch);
        if (!hasSymbols) File.Delete(Path.ChangeExtension(output, ".pdb"));
        (ExitCode, Log) = WeaverTool.Weave(
            output,
            Path.Combine(_woven, "GreenThreads.Corpus.dll"),
            [.. Toolchain.FrameworkReferences, Toolchain.Runtime, Path.Combine(_woven, "GreenThreads.Corpus.Library.dll")],
            "--chaos", "--report", Path.Combine(_woven, "weave.txt"));
    }

    /// <summary>What the weaver returned.</summary>
    public int ExitCode { get; }

    /// <summary>What the weaver printed.</summary>
    public string Log { get; }

    /// <summary>The weaver's report.</summary>
    public string Report => File.ReadAllText(Path.Combine(_woven, "weave.txt"));

    /// <summary>The woven assembly.</summary>
    public string WovenFile => Path.Combine(_woven, "GreenThreads.Corpus.dll");

    /// <summary>Runs a case not woven on a plain thread, and woven on a green one with forced suspensions.</summary>
    public (CaseResult Expected, CaseResult Actual) Run(string name) =>
        (CaseProcess.Run(_unwoven, [name], new Variant(_level, Weaving.None, Mode.Plain, 1))[name],
            CaseProcess.Run(_woven, [name], new Variant(_level, Weaving.Chaos, Mode.Green, 1))[name]);

    /// <summary>Runs cases not woven on a plain thread, and woven in the given way.</summary>
    public (Dictionary<string, CaseResult> Expected, Dictionary<string, CaseResult> Actual) RunAll(string[] names, Variant variant) =>
        (CaseProcess.Run(_unwoven, names, new Variant(_level, Weaving.None, Mode.Plain, 1)), CaseProcess.Run(_woven, names, variant));

    /// <summary>Deletes its files.</summary>
    public void Delete()
    {
        Directory.Delete(_unwoven, recursive: true);
        Directory.Delete(_woven, recursive: true);
    }

    private static void Copy(string from, string to)
    {
        foreach (string extension in new[] { ".dll", ".pdb" })
        {
            File.Copy(Path.Combine(from, "GreenThreads.Corpus.Library" + extension), Path.Combine(to, "GreenThreads.Corpus.Library" + extension), overwrite: true);
        }
    }

    private static void Patch(string file, Action<TypeDefinition> patch)
    {
        using var resolver = new DefaultAssemblyResolver();
        resolver.AddSearchDirectory(Path.GetDirectoryName(file));
        using ModuleDefinition module = ModuleDefinition.ReadModule(file, new ReaderParameters { InMemory = true, AssemblyResolver = resolver, ReadSymbols = true });
        patch(module.Types.Single(t => t.Name == "Odd"));
        module.Write(file, new WriterParameters { WriteSymbols = true });
    }
}

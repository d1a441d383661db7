using System.Diagnostics;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;

namespace GreenThreads.Analyzers.Tests.Infrastructure;

/// <summary>A compiled and woven server of the corpus, in a process of its own.</summary>
internal sealed class ServerProcess : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);
    private readonly string _folder = Directory.CreateTempSubdirectory("greenthreads-corpus-").FullName;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Process? _process;

    /// <summary>Compiles, weaves and starts the program, and waits until it listens.</summary>
    public static async Task<ServerProcess> StartAsync(CSharpCompilation compilation, string argument)
    {
        var server = new ServerProcess();
        try
        {
            await server.Run(server.Build(compilation), argument);
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>What it has written.</summary>
    public string Output
    {
        get { lock (_output) return _output.ToString(); }
    }

    /// <summary>The number of its OS threads.</summary>
    public int Threads
    {
        get
        {
            _process!.Refresh();
            return _process.Threads.Count;
        }
    }

    public void Dispose()
    {
        if (_process is not null)
        {
            if (!_process.HasExited) _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
            _process.Dispose();
        }
        Directory.Delete(_folder, recursive: true);
    }

    private string Build(CSharpCompilation compilation)
    {
        string unwoven = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "unwoven")).FullName, compilation.AssemblyName + ".dll");
        using (FileStream file = File.Create(unwoven))
        {
            EmitResult result = compilation.WithOptions(compilation.Options.WithOptimizationLevel(OptimizationLevel.Release)).Emit(file);
            Assert.True(result.Success, string.Join(Environment.NewLine, result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error)));
        }
        string woven = Path.Combine(_folder, compilation.AssemblyName + ".dll");
        string runtime = typeof(GreenThread).Assembly.Location;
        string weaver = Path.Combine(AppContext.BaseDirectory, "..", "..", "GreenThreads.Weaver", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "GreenThreads.Weaver.dll");
        List<string> arguments = ["weave", unwoven, "--output", woven];
        foreach (MetadataReference reference in compilation.References) arguments.AddRange(["--reference", ((PortableExecutableReference)reference).FilePath!]);
        string response = Path.Combine(_folder, "weave.rsp");
        File.WriteAllLines(response, arguments);
        using (var weave = Process.Start(new ProcessStartInfo("dotnet", ["exec", weaver, $"@{response}"]) { RedirectStandardOutput = true, RedirectStandardError = true })!)
        {
            Task<string> errors = weave.StandardError.ReadToEndAsync();
            string text = weave.StandardOutput.ReadToEnd() + errors.Result;
            weave.WaitForExit();
            Assert.True(weave.ExitCode == 0, text);
        }
        File.Copy(runtime, Path.Combine(_folder, Path.GetFileName(runtime)));
        File.Copy(Path.ChangeExtension(typeof(ServerProcess).Assembly.Location, ".runtimeconfig.json"), Path.ChangeExtension(woven, ".runtimeconfig.json"));
        return woven;
    }

    private async Task Run(string program, string argument)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", program, argument]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, e) => Note(e.Data);
        _process.ErrorDataReceived += (_, e) => Note(e.Data);
        _process.Exited += (_, _) => _ready.TrySetException(new InvalidOperationException("The server ended: " + Output));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await _ready.Task.WaitAsync(s_limit);
    }

    private void Note(string? line)
    {
        if (line is null) return;
        lock (_output) _output.AppendLine(line);
        if (line == "ready") _ready.TrySetResult();
    }
}

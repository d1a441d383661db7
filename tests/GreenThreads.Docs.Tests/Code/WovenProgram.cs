using System.Diagnostics;
using System.Reflection;
using System.Text.Json;

namespace GreenThreads.Docs.Tests.Code;

/// <summary>A block compiled and woven into a folder of its own.</summary>
internal sealed class WovenProgram : IDisposable
{
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(60);
    private static readonly Lock s_weaver = new();

    private readonly string _folder = Directory.CreateTempSubdirectory("greenthreads-docs-").FullName;
    private readonly CodeBlock _block;
    private readonly string _program;

    /// <summary>Compiles and weaves.</summary>
    internal WovenProgram(CodeBlock block)
    {
        _block = block;
        string unwoven = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "unwoven")).FullName, "Block.dll");
        string[] errors = CodeCompiler.Compile(block, unwoven);
        Assert.True(errors.Length == 0, $"{block} does not compile:\n{string.Join('\n', errors)}");
        _program = Path.Combine(_folder, "Block.dll");
        Report = Weave(unwoven);
    }

    /// <summary>What the weaver printed.</summary>
    internal string Report { get; }

    /// <summary>Runs the program; fails the test unless it ends well.</summary>
    /// <returns>What it printed.</returns>
    internal string Run()
    {
        string runtime = typeof(GreenThread).Assembly.Location;
        File.Copy(runtime, Path.Combine(_folder, Path.GetFileName(runtime)));
        File.WriteAllText(Path.ChangeExtension(_program, ".runtimeconfig.json"), JsonSerializer.Serialize(new
        {
            runtimeOptions = new { tfm = "net10.0", framework = new { name = "Microsoft.NETCore.App", version = "10.0.0" }, configProperties = new Dictionary<string, bool> { ["System.Globalization.Invariant"] = true } },
        }));
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [_program])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder,
        })!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(s_bound))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{_block} did not end within {s_bound.TotalSeconds} s.\n{output.Result}\n{error.Result}");
        }
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{_block} ended with exit code {process.ExitCode}.\n{output.Result}\n{error.Result}");
        return output.Result;
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // In this process: the weaver starts in a second, and weaves a page's program in a tenth of it.
    private string Weave(string unwoven)
    {
        string arguments = Path.Combine(_folder, "weave.rsp");
        File.WriteAllLines(arguments, [unwoven, "--output", _program, .. CodeCompiler.ReferenceFiles.SelectMany(static file => new[] { "--reference", file })]);
        // artifacts/bin/GreenThreads.Docs.Tests/<configuration>/ and artifacts/bin/GreenThreads.Weaver/<configuration>/
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        string weaver = Path.Combine(here.Parent!.Parent!.FullName, "GreenThreads.Weaver", here.Name, "GreenThreads.Weaver.dll");
        lock (s_weaver)
        {
            TextWriter before = Console.Out;
            var printed = new StringWriter();
            Console.SetOut(printed);
            int exitCode;
            try
            {
                exitCode = (int)Assembly.LoadFrom(weaver).EntryPoint!.Invoke(null, [new[] { "weave", "@" + arguments }])!;
            }
            finally
            {
                Console.SetOut(before);
            }
            Assert.True(exitCode == 0, $"{_block}: the weaver ended with {exitCode}.\n{printed}");
            return printed.ToString();
        }
    }
}

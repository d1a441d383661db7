using System.Diagnostics;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.InteropServices;

namespace GreenThreads.Bench;

/// <summary>How many methods of an assembly the weaver reads, analyses, weaves and writes in a second, with its own start-up.</summary>
/// <remarks>
/// Weaves assemblies that lie beside the weaver, or those in GREENTHREADS_WEAVE_SPEED (separated as in PATH), as libraries: with the
/// weaver as it is built, and with its image for this system as it is packed, where packing the library has made one since.
/// </remarks>
internal static class WeaveSpeedBench
{
    private const int Rounds = 5;
    private const string Files = "GREENTHREADS_WEAVE_SPEED";

    internal static IEnumerable<Row> Run()
    {
        string weaver = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../GreenThreads.Weaver/release/GreenThreads.Weaver.dll"));
        string folder = Path.GetDirectoryName(weaver)!;
        string[] files = Environment.GetEnvironmentVariable(Files)?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            ?? [Path.Combine(folder, "Mono.Cecil.dll"), Path.Combine(folder, "Microsoft.CodeAnalysis.dll")];
        string work = Directory.CreateTempSubdirectory("greenthreads-weave-speed-").FullName;
        try
        {
            string image = Path.Combine(folder, RuntimeInformation.RuntimeIdentifier, Path.GetFileName(weaver));
            bool hasImage = File.GetLastWriteTimeUtc(image) >= File.GetLastWriteTimeUtc(weaver); // of no file: long ago
            foreach (string file in files)
            {
                int methods = CountMethods(file);
                foreach ((string form, string program) in hasImage ? [("image", image), ("IL", weaver)] : new[] { ("IL", weaver) })
                {
                    var rounds = new double[Rounds];
                    for (int round = 0; round < Rounds; round++) rounds[round] = methods / Weave(program, file, Path.Combine(work, Path.GetFileName(file))).TotalSeconds;
                    yield return new Row($"weave {Path.GetFileName(file)} ({methods} methods), weaver as {form}", "methods/s", rounds) { AtLeast = form == "image" ? 5_000 : null };
                }
            }
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static TimeSpan Weave(string weaver, string file, string output)
    {
        string arguments = output + ".rsp";
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        IEnumerable<string> references = [.. Directory.GetFiles(framework, "*.dll"), .. Directory.GetFiles(Path.GetDirectoryName(file)!, "*.dll"), typeof(GreenThread).Assembly.Location];
        File.WriteAllLines(arguments, ["--library", file, "--output", output, .. references.SelectMany(r => new[] { "--reference", r })]);
        var start = new ProcessStartInfo("dotnet", ["exec", weaver, "weave-libraries", "@" + arguments]) { RedirectStandardOutput = true };
        // as in build/GreenThreads.targets
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        start.Environment["DOTNET_GCgen0size"] = "0x4000000";
        long begin = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? Stopwatch.GetElapsedTime(begin) : throw new InvalidOperationException(text);
    }

    private static int CountMethods(string file)
    {
        using var reader = new PEReader(File.OpenRead(file));
        MetadataReader metadata = reader.GetMetadataReader();
        return metadata.MethodDefinitions.Count(m => metadata.GetMethodDefinition(m).RelativeVirtualAddress != 0);
    }
}

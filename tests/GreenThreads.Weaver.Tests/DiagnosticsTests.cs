using System.Text.RegularExpressions;
using GreenThreads.Weaver.Tests.Harness;
using Microsoft.CodeAnalysis;

namespace GreenThreads.Weaver.Tests;

/// <summary>Each warning is given where its reason is, with file, line and what pins; and nowhere else.</summary>
public class DiagnosticsTests
{
    // A comment "GTnnnn: words" at the end of a line: there the warning has to be, with these words.
    private const string Source = """
        using System.Collections.Concurrent;
        using System.Runtime.CompilerServices;
        namespace GreenThreads.Corpus;

        public unsafe static class Warnings
        {
            private static bool Test(int n) => W.Id(n) > 0;

            public static void Filter()
            {
                try { W.FailNow("x"); }
                catch (CorpusException) when (Test(1)) { }      // GT1001: exception filter
            }

            public static void FinallyBelowAFilter(bool log)
            {
                try
                {
                    try { W.Wait(); }
                    finally { W.Wait(); }                       // GT1001: an exception filter around it has to run first
                }
                catch (CorpusException) when (log) { }
            }

            public static int StackAllocation()
            {
                Span<int> s = stackalloc int[2];
                W.Wait();                                       // GT1002: 's', a Span, is in use across it
                return s[0];
            }

            [MethodImpl(MethodImplOptions.Synchronized)]
            public static void Synchronized() => W.Wait();      // GT1003: synchronized

            static Warnings() => W.Wait();                      // GT1003: static constructor

            public static T Of<T>(T value) where T : allows ref struct
            {
                W.Wait();                                       // GT1003: it returns its type parameter T, which may be a ref struct
                return value;
            }

            public static int Pointer(int[] items)
            {
                fixed (int* p = items)
                {
                    W.Wait();                                   // GT1005: in use across it
                    return *p;
                }
            }

            public static int FunctionPointer(delegate*<int, int> f) => f(1);   // no warning: what it points to is not known

            private struct Counter { public int Next() => W.Id(1); }

            public static Func<int> OfAStruct() => new Counter().Next;          // GT1006: a delegate of a struct's method

            private static int Open<T>(T value) where T : allows ref struct => W.Id(1);

            public static Func<int, int> OfAnOpenMethod() => Open<int>;         // GT1006: a delegate does not tell that its method takes

            public interface IWaiting { void Wait(); }

            private struct Waiting : IWaiting { public void Wait() => W.Wait(); }

            public static void Receiver<T>(T waiting) where T : IWaiting, allows ref struct => waiting.Wait();  // GT1002: it is called on a T, which may be a ref struct

            public static void Lock(object shared)
            {
                lock (shared) W.Wait();                         // GT1007: a lock is held across it
            }

            public static int[] Linq(int[] items) =>
                items.Select(n => W.Id(n)).ToArray();           // GT1009: when Enumerable.Select calls it

            public static int Twice(int[] items) =>
                items.Aggregate(0, (sum, n) => sum + W.Id(n), sum => W.Id(sum));    // GT1009: when Enumerable.Aggregate calls it

            public static void Group(List<int> items) => items.ForEach(WaitFor);    // GT1009: Warnings.WaitFor may wait

            private static void WaitFor(int n) => W.Wait();

            public static int Cached(ConcurrentDictionary<int, int> cache) =>
                cache.GetOrAdd(1, W.Id);                        // GT1009: when ConcurrentDictionary.GetOrAdd calls it

            public static Lazy<int> Late(int n) => new(() => W.Id(n));              // GT1009: when new Lazy

            public static int Fine(List<int> items)
            {
                items.ForEach(n => n.ToString());
                GreenThread<int> thread = GreenThread.Start(() => W.Id(1));
                Task<int> task = Task.Run(() => W.Id(2));
                Func<int, int> kept = W.Id;
                var list = new List<Func<int, int>>();
                list.Add(W.Id);
                var table = new Dictionary<string, Func<int, int>> { ["wait"] = W.Id, ["other"] = n => W.Id(n) };
                list.Add(table["wait"]);
                return thread.Result + task.Result + kept(3);
            }

            public static T Make<T>() where T : new() => new();     // in the report only

            public class Slow { public Slow() => W.Wait(); }
        }
        """;

    private static readonly Lazy<SmallProgram> s_program = new(() => new SmallProgram("warnings", Source, OptimizationLevel.Release));

    private static IEnumerable<(int Line, string Id, string Words)> Expected =>
        Source.Split('\n').Select((text, i) => (Line: i + 1, Match: Regex.Match(text, @"// (GT\d{4}): (.*?)\s*$"))).Where(e => e.Match.Success)
            .Select(e => (e.Line, e.Match.Groups[1].Value, e.Match.Groups[2].Value));

    [Fact]
    public void Each_warning_is_on_its_line_and_says_why()
    {
        string log = s_program.Value.Log;
        Assert.True(s_program.Value.ExitCode == 0, log);
        foreach ((int line, string id, string words) in Expected)
            Assert.True(log.Split('\n').Any(l => l.Contains($"({line},") && l.Contains($"warning {id}: ") && l.Contains(words)), $"No {id} with \"{words}\" on line {line}.\n{log}");
    }

    [Fact]
    public void There_are_no_others()
    {
        HashSet<int> lines = [.. Expected.Select(e => e.Line)];
        string[] others = [.. s_program.Value.Log.Split('\n').Where(l => Regex.Match(l, @"\((\d+),\d+\): warning GT") is { Success: true } m && !lines.Contains(int.Parse(m.Groups[1].Value)))];
        Assert.Empty(others);
    }

    [Fact]
    public void A_constructor_that_waits_and_is_called_by_reflection_is_in_the_report()
    {
        string report = s_program.Value.Report;
        Assert.Contains(report.Split('\n'), l => l.StartsWith("pins\t") && l.Contains("::Make()") && l.Contains("GT1009") && l.Contains("Slow"));
    }

    [Fact]
    public void A_method_that_is_too_large_is_left_alone()
    {
        string calls = string.Concat(Enumerable.Range(0, 9000).Select(i => $"n += W.Id({i + 100_000});\n"));
        var program = new SmallProgram("large", $$"""
            namespace GreenThreads.Corpus;
            public static class Odd { public static void Run(Trace t) { int n = 0; {{calls}} t.Add(n); } }
            """, OptimizationLevel.Release);
        Assert.True(program.ExitCode == 0, program.Log);
        Assert.Matches(@"large\.cs\(\d+,\d+\): warning GT1008: .*larger than", program.Log);
        (CaseResult expected, CaseResult actual) = program.Run("Odd.Run");
        Assert.Equal(expected.Lines, actual.Lines);
        Assert.True(actual.PinnedWaits > 8000, $"{actual.PinnedWaits} waits pinned.");
    }

    [Fact]
    public void Every_id_has_a_page()
    {
        string readme = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "diagnostics", "README.md"));
        string[] ids = [.. Regex.Matches(readme, @"\[(GT1\d{3})\]").Select(m => m.Groups[1].Value)];
        Assert.True(ids.Length >= 19, "The list is incomplete.");
        foreach (string id in ids) Assert.StartsWith($"# {id}: ", File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "diagnostics", id + ".md")));
        foreach ((_, string id, _) in Expected) Assert.Contains(id, ids);
    }
}

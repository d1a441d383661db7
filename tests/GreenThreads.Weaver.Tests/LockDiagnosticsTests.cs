using GreenThreads.Weaver.Tests.Harness;
using Microsoft.CodeAnalysis;

namespace GreenThreads.Weaver.Tests;

/// <summary>Which locks belong to the green thread, and what GT1007 says about the others.</summary>
public class LockDiagnosticsTests
{
    // Each pinned wait is on a line with the marker of its reason.
    private const string Source = """
        namespace GreenThreads.Corpus;

        public class Odd
        {
            private static readonly object s_private = new();
            private readonly object _private = new();
            private readonly Lock _lock = new();
            private readonly object _given;
            private readonly object _alsoNotWoven = new();
            private readonly object _returned = new();
            private readonly List<int> _list = [];
            internal readonly object Internal = new();
            public readonly object Public = new();
            public readonly Lock PublicLock = new();

            public Odd(object given) => _given = given;

            public object Returned => _returned;

            public void Green()
            {
                lock (s_private) W.Wait();
                lock (_private) W.Wait();
                lock (_lock) W.Wait();
                lock (Internal) W.Wait();
            }

            public void Shared(object parameter)
            {
                lock (this) W.Wait();            // it is 'this'
                lock (parameter) W.Wait();       // 'parameter' is a parameter
                lock (typeof(Odd)) W.Wait();     // it comes from Type.GetTypeFromHandle
                lock (_list) W.Wait();           // '_list' is used for more than to be locked
                lock (_given) W.Wait();          // 'given' is a parameter
                lock (_returned) W.Wait();       // it is returned
                lock (Public) W.Wait();          // the field 'Public' can be used outside of this assembly
                lock (PublicLock) W.Wait();      // the field 'PublicLock' can be used outside of this assembly
                lock (_alsoNotWoven) W.Wait();   // it is used in Odd.NotWoven, which is marked [NotWoven]
            }

            [NotWoven]
            public void NotWoven()
            {
                lock (_alsoNotWoven) _list.Add(1);
            }

            // held again after the wait, not across it
            public void AroundAWait()
            {
                lock (PublicLock) _list.Add(1);
                try
                {
                    W.Wait();
                }
                finally
                {
                    lock (PublicLock) _list.Add(2);
                    lock (Public) _list.Add(3);
                }
            }

            public void AcrossAFinallyBlockThatLocks()
            {
                lock (PublicLock)
                {
                    try
                    {
                        W.Wait(); // the field 'PublicLock' can be used outside of this assembly
                    }
                    finally
                    {
                        lock (Public) _list.Add(3);
                    }
                }
            }

            public void ReleasedByHand(object parameter)
            {
                bool isTaken = false;
                try
                {
                    Monitor.Enter(parameter, ref isTaken);
                    W.Wait(); // 'parameter' is a parameter
                }
                finally
                {
                    lock (Public) _list.Add(4);
                    if (isTaken) Monitor.Exit(parameter);
                }
            }

            public void WithoutAWait()
            {
                lock (Public) _list.Add(1);
            }
        }
        """;

    [Theory]
    [InlineData(OptimizationLevel.Debug)]
    [InlineData(OptimizationLevel.Release)]
    public void A_wait_in_a_lock_that_may_be_shared_is_a_warning_with_place_and_reason(OptimizationLevel level)
    {
        var program = new SmallProgram($"locks-{level}", Source, level);
        Assert.Equal(0, program.ExitCode);
        string[] lines = Source.Split('\n');
        var expected = new List<string>();
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].Split("W.Wait();") is [_, var rest] && rest.Split("// ") is [_, var reason]) expected.Add($"({i + 1},{reason.Trim()}");
        }
        string[] warnings = [.. program.Log.Split('\n').Where(l => l.Contains("GT1007"))];
        Assert.Equal(11, expected.Count);
        Assert.Equal(expected.Count, warnings.Length);
        foreach (string each in expected)
        {
            string[] parts = each.Split(',', 2);
            Assert.True(warnings.Any(w => w.Contains($".cs{parts[0]},") && w.TrimEnd().EndsWith(parts[1])), $"{each} is not in\n{string.Join('\n', warnings)}");
        }
        program.Delete();
    }
}

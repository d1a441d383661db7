using System.Globalization;
using System.Runtime.InteropServices;

namespace GreenThreads.Tests.Net;

/// <summary>A call made by a thread of its own, plain or green, which a test can watch until it blocks.</summary>
internal abstract partial class BlockedCall
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(8);

    private Outcome? _outcome;

    /// <summary>Makes the call on a green thread or on an OS thread.</summary>
    internal static BlockedCall Start(bool green, Func<object?> call) => green ? new OnGreenThread(call) : new OnOsThread(call);

    /// <summary>Waits until the call is over.</summary>
    internal Outcome End()
    {
        Assert.True(Join(s_patience), "the call is still blocked");
        return Volatile.Read(ref _outcome)!;
    }

    /// <summary>Whether the call is over.</summary>
    internal bool HasEnded => Volatile.Read(ref _outcome) is not null;

    /// <summary>Waits until the call has blocked, or has ended without.</summary>
    internal void AwaitBlocked()
    {
        long start = Environment.TickCount64;
        while (!HasEnded && !IsBlocked())
        {
            Assert.True(Environment.TickCount64 - start < s_patience.TotalMilliseconds, "the call does not block");
            Thread.Sleep(1);
        }
    }

    protected void Make(Func<object?> call) => Volatile.Write(ref _outcome, Outcome.Of(call));

    protected abstract bool IsBlocked();

    protected abstract bool Join(TimeSpan patience);

    private sealed class OnGreenThread : BlockedCall
    {
        private readonly GreenThread _thread;

        internal OnGreenThread(Func<object?> call) => _thread = GreenThread.Start(() => Make(call));

        protected override bool IsBlocked() => _thread.State == GreenThreadState.Parked;

        protected override bool Join(TimeSpan patience) => _thread.Join(patience);
    }

    // Blocked is: asleep in the kernel, without having run in between, for some looks.
    private sealed partial class OnOsThread : BlockedCall
    {
        private const int LooksUntilBlocked = 30;

        private readonly Thread _thread;
        private volatile int _id;
        private string _lastSwitches = "";
        private int _looks;

        internal OnOsThread(Func<object?> call)
        {
            _thread = new Thread(() =>
            {
                _id = GetThreadId();
                Make(call);
            }) { IsBackground = true };
            _thread.Start();
        }

        protected override bool IsBlocked()
        {
            if (_id == 0) return false;
            string switches;
            bool asleep;
            try
            {
                string[] lines = File.ReadAllLines(string.Create(CultureInfo.InvariantCulture, $"/proc/self/task/{_id}/status"));
                asleep = lines.Any(line => line.StartsWith("State:", StringComparison.Ordinal) && line.Contains('S', StringComparison.Ordinal) && line.Contains("sleeping", StringComparison.Ordinal));
                switches = lines.First(line => line.StartsWith("voluntary", StringComparison.Ordinal));
            }
            catch (IOException)
            {
                return false; // it has just ended
            }
            _looks = asleep && switches == _lastSwitches ? _looks + 1 : 0;
            _lastSwitches = switches;
            return _looks >= LooksUntilBlocked;
        }

        protected override bool Join(TimeSpan patience) => _thread.Join(patience);

        [LibraryImport("libc", EntryPoint = "gettid")]
        private static partial int GetThreadId();
    }
}

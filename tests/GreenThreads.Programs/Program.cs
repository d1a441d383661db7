using System.Runtime.InteropServices;
using GreenThreads;
using GreenThreads.Diagnostics;

// Each program is named by the first argument. What it prints is what its test looks for.
switch (args[0])
{
    case "deadlock":
        Deadlock(endsProcess: args.Length > 1);
        break;
    case "waits-for-os-thread":
        WaitsForOsThread();
        break;
    case "waits-for-task":
        WaitsForTask();
        break;
    case "waits-for-signal":
        WaitsForSignal();
        break;
    case "foreground":
        _ = GreenThread.Start(
            () =>
            {
                GreenThread.Sleep(300);
                Console.WriteLine("foreground done");
            },
            new GreenThreadStartOptions { IsBackground = false });
        break;
    case "background":
        _ = GreenThread.Start(() =>
        {
            GreenThread.Sleep(30_000);
            Console.WriteLine("background done");
        });
        break;
    case "out-of-memory":
        OutOfMemory();
        break;
    case "out-of-memory-everywhere":
        OutOfMemoryPrograms.OnCarriers(int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture));
        break;
    case "parked-million":
        IdlePrograms.ParkedMillion();
        break;
    case "unobserved":
        Unobserved();
        break;
    case "clock":
        VirtualClock();
        break;
}

static void Deadlock(bool endsProcess)
{
    GreenThread.Configure(new GreenThreadOptions { DeadlockEndsProcess = endsProcess });
    if (!endsProcess)
    {
        GreenThreadDiagnostics.DeadlockDetected += (_, args) =>
        {
            Console.WriteLine(args.Report);
            Environment.Exit(0);
        };
    }
    var first = new GreenChannel<int>(0);
    var second = new GreenChannel<int>(0);
    GreenThread one = GreenThread.Start(
        () =>
        {
            first.Receive();
            second.Send(1);
        },
        new GreenThreadStartOptions { Name = "one" });
    _ = GreenThread.Start(
        () =>
        {
            second.Receive();
            first.Send(1);
        },
        new GreenThreadStartOptions { Name = "two" });
    one.Join();
}

// Nothing of green threads can run for two seconds, but an OS thread will wake one.
static void WaitsForOsThread()
{
    FailOnReport();
    var channel = new GreenChannel<int>(0);
    GreenThread receiver = GreenThread.Start(() => { channel.Receive(); });
    var sender = new Thread(() =>
    {
        Thread.Sleep(2500);
        channel.Send(1);
    });
    sender.Start();
    receiver.Join();
    Console.WriteLine("no report");
}

static void WaitsForTask()
{
    FailOnReport();
    var channel = new GreenChannel<int>(0);
    GreenThread receiver = GreenThread.Start(() => { channel.Receive(); });
    _ = Task.Delay(2500).ContinueWith(_ => channel.Send(1), TaskScheduler.Default);
    receiver.Join();
    Console.WriteLine("no report");
}

static void WaitsForSignal()
{
    FailOnReport();
    var channel = new GreenChannel<int>(1);
    using var registration = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
    {
        context.Cancel = true;
        channel.TrySend(1);
    });
    GreenThread receiver = GreenThread.Start(() => { channel.Receive(); });
    Console.WriteLine("ready");
    receiver.Join();
    Console.WriteLine("no report");
}

static void FailOnReport() => GreenThreadDiagnostics.DeadlockDetected += (_, args) =>
{
    Console.WriteLine("FALSE ALARM");
    Console.WriteLine(args.Report);
    Environment.Exit(1);
};

static void OutOfMemory()
{
    // one carrier: nothing that was started runs, and needs memory itself, before there is some again
    GreenThread.Configure(new GreenThreadOptions { Carriers = 1, MaxReplacements = 0 });
    // two threads that go on, whatever happens
    var ping = new GreenChannel<int>(0);
    bool stop = false;
    int rounds = 0;
    GreenThread sender = GreenThread.Start(() =>
    {
        while (!Volatile.Read(ref stop)) ping.Send(1);
        ping.Close();
    });
    GreenThread receiver = GreenThread.Start(() =>
    {
        foreach (int item in ping) rounds += item;
    });
    var gate = new GreenChannel<int>(0);
    int failed = GreenThread.Run(() => Exhaust(gate));
    int before = Volatile.Read(ref rounds);
    SpinWait.SpinUntil(() => Volatile.Read(ref rounds) > before + 1000, 20_000);
    Console.WriteLine(Volatile.Read(ref rounds) > before + 1000 ? "goes on" : "stopped");
    gate.Close();
    Volatile.Write(ref stop, true);
    sender.Join();
    receiver.Join();
    GreenThread.Run(() => Console.WriteLine("starts again"));
    Console.WriteLine($"failed starts: {(failed > 0 ? "some" : "none")}");
}

// Starts threads that wait until there is no memory for one more; all of them then end by the closing of the gate.
static int Exhaust(GreenChannel<int> gate)
{
    int failed = 0;
    var ballast = new List<byte[]>();
    try
    {
        while (ballast.Count < 100_000) ballast.Add(new byte[64 * 1024]);
    }
    catch (OutOfMemoryException)
    {
        // little is left
    }
    for (int i = 0; i < 3_000_000 && failed < 3; i++)
    {
        try
        {
            _ = GreenThread.Start(() => { gate.TryReceive(out _, TimeSpan.FromMinutes(10)); });
        }
        catch (OutOfMemoryException)
        {
            failed++;
        }
    }
    GC.KeepAlive(ballast);
    ballast.Clear();
    return failed;
}

static void Unobserved()
{
    bool reported = false;
    GreenThread.UnobservedException += (_, args) =>
    {
        Console.WriteLine($"unobserved: {args.Exception.Message}");
        Volatile.Write(ref reported, true);
    };
    Throw();
    SpinWait.SpinUntil(
        () =>
        {
            for (int i = 0; i < 10; i++) GreenThread.Run(GreenThread.Yield); // a carrier remembers its last thread for a while
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return Volatile.Read(ref reported);
        },
        20_000);
}

[System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
static void Throw()
{
    GreenThread thread = GreenThread.Start(() => throw new InvalidDataException("nobody asks"));
    SpinWait.SpinUntil(() => thread.State == GreenThreadState.Done);
}

// An hour passes when the program says so.
static void VirtualClock()
{
    var clock = new ManualClock();
    GreenThread.Configure(new GreenThreadOptions { TimeProvider = clock });
    GreenThread sleeper = GreenThread.Start(() => GreenThread.Sleep(TimeSpan.FromHours(1)));
    GreenThread<bool> joiner = GreenThread.Start(() => sleeper.Join(TimeSpan.FromMinutes(30)));
    GreenThread scoped = GreenThread.Start(() =>
    {
        using var scope = new GreenScope(TimeSpan.FromMinutes(45));
        GreenThread.Sleep(Timeout.Infinite);
    });
    SpinWait.SpinUntil(() => sleeper.State == GreenThreadState.Parked && joiner.State == GreenThreadState.Parked && scoped.State == GreenThreadState.Parked);
    clock.Advance(TimeSpan.FromMinutes(29));
    Console.WriteLine($"29 min: {joiner.State}");
    clock.Advance(TimeSpan.FromMinutes(2));
    Console.WriteLine($"31 min: joined in time {joiner.Result}, sleeper {sleeper.State}, scope {scoped.State}");
    clock.Advance(TimeSpan.FromMinutes(15));
    try
    {
        scoped.Join();
    }
    catch (TimeoutException)
    {
        Console.WriteLine("46 min: the deadline has passed");
    }
    clock.Advance(TimeSpan.FromMinutes(15));
    sleeper.Join();
    Console.WriteLine("61 min: the sleeper has ended");
}

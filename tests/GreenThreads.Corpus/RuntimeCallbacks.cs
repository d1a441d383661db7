using System.Buffers;
using System.Runtime.ExceptionServices;

namespace GreenThreads.Corpus;

/// <summary>What the runtime calls between the instructions of a thread that has waited: its waits block, and it does not notice where it is.</summary>
[MayPin("the runtime lies between")]
public static class RuntimeCallbacks
{
    private sealed class NotedException(string message, Trace? run) : Exception(message)
    {
        public Trace? Run { get; } = run;
    }

    // Notes each exception of this run once: one that passes through resumed methods is thrown more than once.
    private static void WithHandler(Trace t, Action<Action<string>> body)
    {
        var seen = new List<Exception>();
        string lastNote = "";

        void Handle(object? sender, FirstChanceExceptionEventArgs args)
        {
            if (args.Exception is not NotedException exception || exception.Run != t) return;
            lock (seen)
            {
                if (seen.Contains(exception)) return;
                seen.Add(exception);
            }
            W.Wait();
            string note = exception.Message + W.Id("!");
            try
            {
                W.Wait();
                throw new InvalidOperationException(W.Id("inside"));
            }
            catch (InvalidOperationException inner)
            {
                note += inner.Message + W.Id(1);
            }
            lastNote += note + ";";
        }

        AppDomain.CurrentDomain.FirstChanceException += Handle;
        try
        {
            body(name => t.Add($"{name}: {lastNote} {seen.Count}"));
        }
        finally
        {
            AppDomain.CurrentDomain.FirstChanceException -= Handle;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Deep(Trace? t, int depth, string text)
    {
        if (depth == 0)
        {
            W.Wait();
            throw new NotedException(text, t);
        }
        return Deep(t, depth - 1, text) + 1;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int DeepByReference(Trace t, ref int depth, Span<int> log)
    {
        log[depth] = W.Id(depth);
        if (--depth == 0)
        {
            W.Wait();
            throw new NotedException("by reference", t);
        }
        int result = DeepByReference(t, ref depth, log);
        return result + 1;
    }

    public static void AHandlerOfFirstChanceExceptions(Trace t) => WithHandler(t, note =>
    {
        for (int i = 0; i < 3; i++)
        {
            try
            {
                t.Add(Deep(t, 5, "deep" + i));
            }
            catch (NotedException e)
            {
                t.Add(e.Message);
                W.Wait();
            }
            note("loop");
        }
    });

    public static void AHandlerWhileFramesAreEnteredByRepeatedCalls(Trace t) => WithHandler(t, note =>
    {
        int depth = 4;
        int[] log = new int[6];
        try
        {
            t.Add(DeepByReference(t, ref depth, log));
        }
        catch (NotedException e)
        {
            t.Add(e.Message + W.Id(depth));
        }
        t.Add(log);
        note("end");
    });

    public static void AHandlerWhileHandlersWait(Trace t) => WithHandler(t, note =>
    {
        try
        {
            try
            {
                try
                {
                    t.Add(Deep(t, 2, "first"));
                }
                finally
                {
                    t.Add(W.Id("finally"));
                    note("in finally");
                }
            }
            catch (NotedException e) when (e.Message.Length > 1)
            {
                W.Wait();
                t.Add(Deep(t, 1, "second"));
            }
        }
        catch (NotedException e)
        {
            t.Add(W.Id(e.Message));
        }
        note("end");
    });

    // Its span is asked for again after each wait.
    private sealed class Manager(Trace t, int[] items) : MemoryManager<int>
    {
        public override Span<int> GetSpan()
        {
            W.Wait();
            return items.AsSpan(W.Id(1));
        }

        public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

        public override void Unpin() => t.Add("never");

        protected override void Dispose(bool disposing) => W.Wait();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Fill(Span<int> span, int value)
    {
        for (int i = 0; i < span.Length; i++) span[i] = W.Id(value) + i;
        return W.Id(span.Length);
    }

    public static void AMemoryManagerWaits(Trace t)
    {
        int[] items = new int[5];
        using IMemoryOwner<int> owner = new Manager(t, items);
        Memory<int> memory = owner.Memory;
        Span<int> span = memory.Span;
        span[0] = W.Id(1);
        for (int i = 1; i < span.Length; i++) span[i] = W.Id(span[i - 1]) * 3;
        t.Add(items);
        t.Add(Fill(memory.Span, 7) + W.Id(1));
        t.Add(items);
        t.Add(Fill(memory.Span[2..], W.Id(9)) + W.Id(1));
        t.Add(items);
    }

    private static class Lazily
    {
        public static readonly string Text = Make();

        private static string Make()
        {
            W.Wait();
            try
            {
                Deep(null, 1, "initializer");
                return "not reached";
            }
            catch (NotedException e)
            {
                return e.Message + W.Id("!");
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string AfterAWait(ref int count)
    {
        W.Wait();
        count++;
        return Lazily.Text + W.Id(count);
    }

    public static void AnInitializerRunsBehindAWait(Trace t)
    {
        int count = 0;
        t.Add(AfterAWait(ref count));
        t.Add(AfterAWait(ref count));
    }

    private static readonly AsyncLocal<int> s_watched = new(static args =>
    {
        W.Wait();
        Interlocked.Add(ref s_changes, W.Id(1));
    });

    private static int s_changes;

    // Also called whenever the execution context is put on and taken off its carrier.
    public static void AHandlerOfChangedContexts(Trace t)
    {
        int before = Volatile.Read(ref s_changes);
        s_watched.Value = W.Id(1);
        W.Wait();
        s_watched.Value += W.Id(2);
        try
        {
            Deep(t, 3, "with a context");
        }
        catch (NotedException e)
        {
            t.Add(e.Message + s_watched.Value);
        }
        s_watched.Value = 0;
        t.Add(Volatile.Read(ref s_changes) - before >= 3);
    }
}

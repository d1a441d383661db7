namespace GreenThreads.Corpus;

/// <summary>Locks on private objects in every form: none of the waits in them may pin.</summary>
public static class GreenLocks
{
    private static readonly object s_gate = new();
    private static readonly Lock s_lock = new();

    private static bool Enters<T>(Func<T> enter) => GreenThread.Run(() =>
    {
        W.Wait();
        return enter() is true;
    });

    public static void StaticFields(Trace t)
    {
        lock (s_gate) t.Add(W.Id(1));
        lock (s_lock) t.Add(W.Id(2));
        t.Add(Monitor.IsEntered(s_gate) || s_lock.IsHeldByCurrentThread);
    }

    public static void CapturedLocal(Trace t)
    {
        var gate = new object();
        int inside = 0, violations = 0, count = 0;
        var threads = new List<GreenThread>();
        for (int i = 0; i < 4; i++)
        {
            threads.Add(GreenThread.Start(() =>
            {
                for (int k = 0; k < 5; k++)
                {
                    lock (gate)
                    {
                        if (++inside != 1) violations++;
                        W.Wait();
                        count++;
                        inside--;
                    }
                }
            }));
        }
        foreach (GreenThread thread in threads) thread.Join();
        t.Add(count);
        t.Add(violations);
    }

    public static void LocalOnly(Trace t)
    {
        var gate = new object();
        lock (gate)
        {
            lock (gate) t.Add(W.Id(3));
            t.Add(Monitor.IsEntered(gate));
        }
        t.Add(Monitor.IsEntered(gate));
    }

    private sealed class Box<T>
    {
        private static readonly object s_all = new();
        private readonly object _gate = new();
        private readonly Lock _lock = new();
        private T? _value;

        public T? Exchange(T? value)
        {
            lock (s_all)
            lock (_gate)
            {
                T? old = _value;
                W.Wait();
                lock (_lock) _value = W.Id(value);
                return W.Id(old);
            }
        }
    }

    public static void GenericClasses(Trace t)
    {
        var numbers = new Box<int>();
        var texts = new Box<string>();
        t.Add(numbers.Exchange(5));
        t.Add(texts.Exchange("a"));
        t.Add(numbers.Exchange(6));
        t.Add(texts.Exchange("b"));
    }

    private sealed class Account
    {
        private readonly object _gate = new();
        private readonly object _other = new();
        private int _balance;

        public Account(int balance)
        {
            lock (_gate) _balance = W.Id(balance);
        }

        public int Balance
        {
            get
            {
                lock (_gate) return W.Id(_balance);
            }
            set
            {
                lock (_other)
                {
                    W.Wait();
                    lock (_gate) _balance = W.Id(value);
                }
            }
        }

        // one temporary of the compiler serves both
        public void Either(bool first)
        {
            if (first)
            {
                lock (_gate) _balance += W.Id(1);
            }
            else
            {
                lock (_other) _balance += W.Id(2);
            }
        }
    }

    public static void ConstructorsAndProperties(Trace t)
    {
        var account = new Account(4);
        account.Balance += 3;
        account.Either(true);
        account.Either(false);
        t.Add(account.Balance);
    }

    private sealed class Sequence
    {
        private readonly object _gate = new();

        public bool IsEntered => Monitor.IsEntered(_gate);

        public IEnumerable<int> Items(Trace t)
        {
            lock (_gate)
            {
                t.Log("in");
                yield return W.Id(1);
                t.Add(IsEntered);
                yield return W.Id(2);
            }
            t.Add(IsEntered);
        }
    }

    public static void LockInAnIterator(Trace t)
    {
        var sequence = new Sequence();
        foreach (int item in sequence.Items(t)) t.Add(item);
        foreach (int item in sequence.Items(t))
        {
            t.Add(item);
            break;
        }
        t.Add(sequence.IsEntered);
    }

    private sealed class Leaving
    {
        private readonly object _gate = new();

        public int Value;

        public bool IsEntered => Monitor.IsEntered(_gate);

        public int InFinally(bool fail, Trace t)
        {
            lock (_gate)
            {
                try
                {
                    W.Wait();
                    if (fail) W.Fail("in try");
                    return W.Id(1);
                }
                finally
                {
                    W.Wait();
                    t.Log("finally");
                    lock (_gate) Value += W.Id(1);
                }
            }
        }

        public void AroundCatch(Trace t)
        {
            for (int i = 0; i < 3; i++)
            {
                try
                {
                    lock (_gate)
                    {
                        if (i == 1) continue;
                        if (W.Id(i) == 2) throw new CorpusException("two");
                    }
                }
                catch (CorpusException e)
                {
                    lock (_gate) t.Add(W.Id(e.Message));
                }
            }
        }
    }

    public static void LeavingInEveryWay(Trace t)
    {
        var leaving = new Leaving();
        t.Add(leaving.InFinally(false, t));
        try
        {
            leaving.InFinally(true, t);
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
        leaving.AroundCatch(t);
        t.Add(leaving.Value);
        t.Add(leaving.IsEntered);
    }

    private sealed class Buffer
    {
        private readonly object _gate = new();
        private readonly Queue<int> _items = new();

        public void Put(int item)
        {
            lock (_gate)
            {
                while (_items.Count == 2) Monitor.Wait(_gate);
                _items.Enqueue(item);
                Monitor.PulseAll(_gate);
            }
        }

        public int Take()
        {
            lock (_gate)
            {
                while (_items.Count == 0) Monitor.Wait(_gate);
                Monitor.PulseAll(_gate);
                return _items.Dequeue();
            }
        }

        public bool WaitInVain()
        {
            lock (_gate)
            {
                bool pulsed = Monitor.Wait(_gate, 1) | Monitor.Wait(_gate, TimeSpan.FromMilliseconds(1)) | Monitor.Wait(_gate, 1, false);
                return pulsed | !Monitor.IsEntered(_gate);
            }
        }

        public bool WaitTwiceEntered()
        {
            lock (_gate)
            lock (_gate)
            {
                GreenThread pulser = GreenThread.Start(() =>
                {
                    lock (_gate) Monitor.Pulse(_gate);
                });
                bool pulsed = Monitor.Wait(_gate);
                pulser.Join();
                return pulsed & Monitor.IsEntered(_gate);
            }
        }
    }

    public static void WaitAndPulse(Trace t)
    {
        var buffer = new Buffer();
        GreenThread[] producers = [.. Enumerable.Range(0, 3).Select(p => GreenThread.Start(() =>
        {
            for (int i = 0; i < 5; i++) buffer.Put(p * 100 + i);
        }))];
        int sum = 0;
        for (int i = 0; i < 15; i++) sum += buffer.Take();
        foreach (GreenThread producer in producers) producer.Join();
        t.Add(sum);
        t.Add(buffer.WaitInVain());
        t.Add(buffer.WaitTwiceEntered());
    }

    private sealed class Trying
    {
        private readonly object _gate = new();
        private readonly Lock _lock = new();

        public void Run(Trace t)
        {
            bool a = false, b = false, c = false;
            lock (_gate)
            lock (_lock)
            {
                W.Wait();
                t.Add(Enters(() => Monitor.TryEnter(_gate)));
                t.Add(Enters(() => Monitor.TryEnter(_gate, 1)));
                t.Add(Enters(() => Monitor.TryEnter(_gate, TimeSpan.FromMilliseconds(1))));
                t.Add(Enters(() => _lock.TryEnter()));
                t.Add(Enters(() => _lock.TryEnter(1)));
                t.Add(Enters(() => _lock.TryEnter(TimeSpan.FromMilliseconds(1))));
                t.Add(Enters(() => _lock.IsHeldByCurrentThread));
                Monitor.TryEnter(_gate, ref a);
                Monitor.TryEnter(_gate, 1, ref b);
                Monitor.TryEnter(_gate, TimeSpan.FromMilliseconds(1), ref c);
                t.Add(a & b & c & _lock.TryEnter());
                Monitor.Exit(_gate);
                Monitor.Exit(_gate);
                Monitor.Exit(_gate);
                _lock.Exit();
            }
            t.Add(Monitor.IsEntered(_gate) | _lock.IsHeldByCurrentThread);
            t.Add(Enters(() =>
            {
                if (!Monitor.TryEnter(_gate, 5)) return false;
                Monitor.Exit(_gate);
                return true;
            }));
            _lock.Enter();
            W.Wait();
            _lock.Exit();
            using (_lock.EnterScope()) t.Add(W.Id(_lock.IsHeldByCurrentThread));
            t.Add(_lock.IsHeldByCurrentThread);
        }
    }

    public static void TryEnterInEveryForm(Trace t) => new Trying().Run(t);

    private sealed class Misused
    {
        private readonly object _gate = new();
        private readonly Lock _lock = new();
        private object? _none = new();

        public void Run(Trace t)
        {
            lock (_gate) W.Wait();
            lock (_lock) W.Wait();
            lock (_none!) W.Wait();
            Try(t, () => Monitor.Exit(_gate));
            Try(t, () => Monitor.Pulse(_gate));
            Try(t, () => Monitor.PulseAll(_gate));
            Try(t, () => Monitor.Wait(_gate));
            Try(t, () => Monitor.Wait(_gate, 1));
            Try(t, () => _lock.Exit());
            Try(t, () => Monitor.TryEnter(_gate, -2));
            Try(t, () =>
            {
                bool taken = true;
                Monitor.Enter(_gate, ref taken);
            });
            _none = null;
            Try(t, () =>
            {
                lock (_none!) W.Wait();
            });
            GreenThread other = GreenThread.Start(() =>
            {
                Monitor.Enter(_gate);
                W.Wait();
            });
            other.Join();
            Try(t, () => Monitor.Exit(_gate)); // another thread's, which has ended
        }

        private static void Try(Trace t, Action action)
        {
            try
            {
                action();
                t.Log("no exception");
            }
            catch (Exception e)
            {
                t.Log(e.GetType().Name + (e.GetType() == typeof(ArgumentException) ? " " + ((ArgumentException)e).ParamName : ""));
            }
        }
    }

    public static void Misuse(Trace t) => new Misused().Run(t);

    private sealed class Replaced
    {
        private object _gate = new();
        private object? _late;
        private int _n;

        public int Run()
        {
            lock (_gate) _n += W.Id(1);
            _gate = new object();
            lock (_gate) _n += W.Id(2);
            lock (_late ??= new object()) _n += W.Id(3);
            lock (_n > 3 ? _gate : _late) return W.Id(_n);
        }
    }

    public static void ObjectsMadeInOtherPlaces(Trace t) => t.Add(new Replaced().Run());

    public static void GreenLockInALockStatement(Trace t)
    {
        var gate = new GreenLock();
        lock (gate) t.Add(W.Id(1)); // on a plain thread, not woven, this is the monitor of the object
        using (gate.EnterScope()) t.Add(W.Id(gate.IsHeldByCurrentThread));
        gate.Enter();
        t.Add(gate.TryEnter(1));
        W.Wait();
        gate.Exit();
        gate.Exit();
        t.Add(gate.IsHeldByCurrentThread);
    }

    private sealed class Awaiting
    {
        private readonly object _gate = new();
        private int _n;

        public void Add()
        {
            lock (_gate) _n += W.Id(1);
        }

        public async Task<int> AddAsync()
        {
            lock (_gate) _n++;
            await Task.Yield();
            lock (_gate) return ++_n;
        }
    }

    [MayPin("an async method enters the lock, too")]
    public static void SharedWithAnAsyncMethod(Trace t)
    {
        var awaiting = new Awaiting();
        awaiting.Add();
        t.Add(GreenThread.Await(awaiting.AddAsync()));
        awaiting.Add();
        t.Add(awaiting.AddAsync().Result);
    }
}

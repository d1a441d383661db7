namespace GreenThreads.Corpus;

/// <summary>Direct calls of instance methods.</summary>
public static class InstanceCalls
{
    private sealed class Account(string owner)
    {
        private int _balance;
        private readonly List<string> _log = [];

        public int Balance => _balance;

        public Account Deposit(int amount)
        {
            int before = _balance;
            W.Wait();
            _balance = before + amount;
            _log.Add($"{owner}+{amount}");
            return this;
        }

        public int Withdraw(int amount)
        {
            if (amount > W.Id(_balance)) throw new CorpusException("too much");
            _balance -= W.Id(amount);
            return _balance;
        }

        public string History() => string.Join(",", W.Id(_log));
    }

    public static void Fluent(Trace t)
    {
        Account account = new Account("ann").Deposit(5).Deposit(W.Id(6)).Deposit(7);
        t.Add(account.Balance);
        t.Add(account.History());
    }

    public static void ThrowsAfterWait(Trace t)
    {
        var account = new Account("bob");
        account.Deposit(3);
        try
        {
            account.Withdraw(4);
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
        t.Add(account.Withdraw(2));
    }

    public static void NullReceiver(Trace t)
    {
        Account? none = W.Id<Account?>(null);
        try
        {
            none!.Deposit(t.Seen(W.Id(1)));
        }
        catch (NullReferenceException)
        {
            t.Log("null reference");
        }
    }

    public static void NullConditional(Trace t)
    {
        Account? none = W.Id<Account?>(null);
        t.Add(none?.Withdraw(t.Seen(W.Id(1))));
        Account? some = W.Id<Account?>(new Account("eve"));
        t.Add(some?.Deposit(4)?.Withdraw(1));
    }

    private class Node(int value)
    {
        public Node? Next;
        public int Value = value;

        public int Sum()
        {
            int rest = Next is null ? 0 : Next.Sum();
            return W.Id(Value) + rest;
        }

        public int Count() => 1 + (Next?.Count() ?? W.Id(0));
    }

    public static void LinkedList(Trace t)
    {
        Node? head = null;
        for (int i = 1; i <= 20; i++) head = new Node(W.Id(i)) { Next = head };
        t.Add(head!.Sum());
        t.Add(head.Count());
    }

    public static void FieldIsReadAfterReceiverEvaluation(Trace t)
    {
        var node = new Node(1);
        Node first = node;
        node.Value = Replace(ref node, W.Id(9));
        t.Add(first.Value);
        t.Add(node.Value);
    }

    private static int Replace(ref Node node, int value)
    {
        node = new Node(100);
        return value;
    }

    private sealed class Machine
    {
        private readonly Trace _t;
        private int _state;

        public Machine(Trace t) => _t = t;

        public void Run()
        {
            while (_state != 4) Step();
        }

        private void Step()
        {
            switch (_state)
            {
                case 0: Start(); break;
                case 1: W.Wait(); _state = 2; break;
                case 2: Middle(W.Id(3)); break;
                default: _t.Log("stop"); _state = 4; break;
            }
        }

        private void Start()
        {
            _t.Log("start");
            W.Wait();
            _state = 1;
        }

        private void Middle(int next)
        {
            W.Wait();
            _t.Log("middle");
            _state = next;
        }
    }

    public static void StateMachine(Trace t) => new Machine(t).Run();

    public static void SideEffectsOnThis(Trace t)
    {
        var counter = new Counter();
        t.Add(counter.Next() + counter.Next() * counter.Next());
        t.Add(counter.Value);
    }

    private sealed class Counter
    {
        public int Value;

        public int Next()
        {
            Value++;
            int now = Value;
            W.Wait();
            return now;
        }
    }

    private class Outer<T>
    {
        internal sealed class Inner(T value)
        {
            public T Get() => W.Id(value);
        }
    }

    public static void NestedType(Trace t)
    {
        t.Add(new Outer<int>.Inner(5).Get());
        t.Add(new Outer<string>.Inner("five").Get());
    }
}

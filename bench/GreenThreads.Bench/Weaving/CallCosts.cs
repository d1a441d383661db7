using System.Runtime.CompilerServices;

namespace GreenThreads.Bench.Weaving;

/// <summary>
/// Calls of every kind that could wait and do not, woven and not. The code is the same but for the attribute, and no callee is
/// inlined: what is measured is a call.
/// </summary>
internal static class CallCosts
{
    private const int Calls = 4_000_000;

    /// <summary>What weaving adds to each kind of call.</summary>
    internal static IEnumerable<Row> Run()
    {
        yield return Paired.Difference("direct call", Calls, Plain.Direct, Woven.Direct, 1.5);
        yield return Paired.Difference("virtual call", Calls, Plain.Virtual, Woven.Virtual, 3);
        yield return Paired.Difference("interface call", Calls, Plain.Interface, Woven.Interface, 3);
        yield return Paired.Difference("delegate call", Calls, Plain.Delegate, Woven.Delegate, 5);
        yield return Paired.Difference("new object whose constructor may wait", Calls, Plain.Constructor, Woven.Constructor, 5);
        yield return Paired.Difference("call with a reference parameter", Calls, Plain.ByReference, Woven.ByReference, 1.5);
    }

    private interface ICounter
    {
        int Next(int n);
    }

    [NotWoven]
    private static class Plain
    {
        internal static long Direct(int count)
        {
            if (count < 0) GreenThread.Yield();
            long sum = 0;
            for (int i = 0; i < count; i++) sum += Step(i);
            return sum;
        }

        internal static long Virtual(int count)
        {
            if (count < 0) GreenThread.Yield();
            long sum = 0;
            Counter counter = count == 1 ? new Counter() : new Derived();
            for (int i = 0; i < count; i++) sum += counter.Next(i);
            return sum;
        }

        internal static long Interface(int count)
        {
            if (count < 0) GreenThread.Yield();
            long sum = 0;
            ICounter counter = count == 1 ? new Counter() : new Derived();
            for (int i = 0; i < count; i++) sum += counter.Next(i);
            return sum;
        }

        internal static long Delegate(int count)
        {
            if (count < 0) GreenThread.Yield();
            long sum = 0;
            Func<int, int> next = new Derived().Next;
            for (int i = 0; i < count; i++) sum += next(i);
            return sum;
        }

        internal static long Constructor(int count)
        {
            if (count < 0) GreenThread.Yield();
            long sum = 0;
            for (int i = 0; i < count; i++) sum += new Made(i).Number;
            return sum;
        }

        internal static long ByReference(int count)
        {
            if (count < 0) GreenThread.Yield();
            long sum = 0;
            for (int i = 0; i < count; i++) Add(ref sum, i);
            return sum;
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static int Step(int n)
        {
            if (n < 0) GreenThread.Yield();
            return n + 1;
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static void Add(ref long sum, int n)
        {
            if (n < 0) GreenThread.Yield();
            sum += n;
        }

        [NotWoven]
        private class Counter : ICounter
        {
            [MethodImpl(MethodImplOptions.NoInlining)]
            public virtual int Next(int n)
            {
                if (n < 0) GreenThread.Yield();
                return n + 1;
            }
        }

        [NotWoven]
        private sealed class Derived : Counter
        {
            [MethodImpl(MethodImplOptions.NoInlining)]
            public override int Next(int n)
            {
                if (n < 0) GreenThread.Yield();
                return n + 2;
            }
        }

        [NotWoven]
        private sealed class Made
        {
            internal readonly int Number;

            [MethodImpl(MethodImplOptions.NoInlining)]
            internal Made(int n)
            {
                if (n < 0) GreenThread.Yield();
                Number = n;
            }
        }
    }

    private static class Woven
    {
        internal static long Direct(int count)
        {
            if (count < 0) GreenThread.Yield();
            long sum = 0;
            for (int i = 0; i < count; i++) sum += Step(i);
            return sum;
        }

        internal static long Virtual(int count)
        {
            if (count < 0) GreenThread.Yield();
            long sum = 0;
            Counter counter = count == 1 ? new Counter() : new Derived();
            for (int i = 0; i < count; i++) sum += counter.Next(i);
            return sum;
        }

        internal static long Interface(int count)
        {
            if (count < 0) GreenThread.Yield();
            long sum = 0;
            ICounter counter = count == 1 ? new Counter() : new Derived();
            for (int i = 0; i < count; i++) sum += counter.Next(i);
            return sum;
        }

        internal static long Delegate(int count)
        {
            if (count < 0) GreenThread.Yield();
            long sum = 0;
            Func<int, int> next = new Derived().Next;
            for (int i = 0; i < count; i++) sum += next(i);
            return sum;
        }

        internal static long Constructor(int count)
        {
            if (count < 0) GreenThread.Yield();
            long sum = 0;
            for (int i = 0; i < count; i++) sum += new Made(i).Number;
            return sum;
        }

        internal static long ByReference(int count)
        {
            if (count < 0) GreenThread.Yield();
            long sum = 0;
            for (int i = 0; i < count; i++) Add(ref sum, i);
            return sum;
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static int Step(int n)
        {
            if (n < 0) GreenThread.Yield();
            return n + 1;
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static void Add(ref long sum, int n)
        {
            if (n < 0) GreenThread.Yield();
            sum += n;
        }

        private class Counter : ICounter
        {
            [MethodImpl(MethodImplOptions.NoInlining)]
            public virtual int Next(int n)
            {
                if (n < 0) GreenThread.Yield();
                return n + 1;
            }
        }

        private sealed class Derived : Counter
        {
            [MethodImpl(MethodImplOptions.NoInlining)]
            public override int Next(int n)
            {
                if (n < 0) GreenThread.Yield();
                return n + 2;
            }
        }

        private sealed class Made
        {
            internal readonly int Number;

            [MethodImpl(MethodImplOptions.NoInlining)]
            internal Made(int n)
            {
                if (n < 0) GreenThread.Yield();
                Number = n;
            }
        }
    }
}

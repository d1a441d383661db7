using System;
using System.Collections.Generic;
using System.Threading;

// Rounds of a computation: four threads each, and each round ends before the next begins.
class Program
{
    static void Main()
    {
        double[] values = new double[4_000_000];
        bool changed = true;
        while (changed)
        {
            var threads = new List<Thread>();
            for (int i = 0; i < 4; i++)
            {
                int part = i;
                var thread = new Thread(() => Step(values, part));
                threads.Add(thread);
                thread.Start();
            }
            foreach (var thread in threads) thread.Join();
            changed = values[0] < 1;
        }
    }

    static void Step(double[] values, int part)
    {
        int size = values.Length / 4;
        for (int i = part * size; i < (part + 1) * size; i++) values[i] += 0.1;
    }
}

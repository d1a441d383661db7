using System;
using System.Threading;

// A supervisor: one worker at a time, started again when it fails.
static class Program
{
    static void Main()
    {
        while (true)
        {
            var worker = new Thread(Work);
            worker.Name = "worker";
            worker.Start();
            worker.Join();
            Console.WriteLine("The worker ended; it is started again.");
            Thread.Sleep(1000);
        }
    }

    static void Work()
    {
        Thread.Sleep(5000);
    }
}

using System;
using System.Threading;

static class Clipboard
{
    public static string Read()
    {
        string text = null;
        var thread = new Thread(() => text = Native());
        thread.SetApartmentState(ApartmentState.STA);
        thread.Start();
        thread.Join();
        return text;
    }

    private static string Native() => Environment.UserName;
}

static class Program
{
    [STAThread]
    static void Main()
    {
        while (Console.ReadKey().KeyChar != 'q') Console.WriteLine(Clipboard.Read());
    }
}

using System.Globalization;

namespace GreenThreads.Bench.Compare;

/// <summary><c>work SYSTEM WORK SIZE</c>: what <see cref="CompareCommand"/> starts for the systems of this program.</summary>
[NotWoven]
internal static class WorkCommand
{
    /// <summary>Runs the command.</summary>
    /// <returns>The exit code.</returns>
    internal static int Run(string[] arguments)
    {
        if (arguments is not [string system, string name, string size]
            || !int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            || Array.Find(Work.All, work => work.Name == name) is not { } work)
        {
            Console.Error.WriteLine("work (green | task | os) WORK SIZE");
            return 1;
        }
        Dictionary<string, Func<int, double>>? works = system switch
        {
            "green" => GreenWorks.All,
            "task" => TaskWorks.All,
            "os" => OsWorks.All,
            _ => null,
        };
        if (works is null || !works.TryGetValue(name, out Func<int, double>? pass)) return Contender.NotDone;
        Console.WriteLine(Passes.Measure(work, number, pass).ToString("R", CultureInfo.InvariantCulture));
        return 0;
    }
}

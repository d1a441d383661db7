using GreenThreads.Shape.Tests.Harness;
using GreenThreads.Shape.Tests.Types;

namespace GreenThreads.Shape.Tests.Cases;

/// <summary>What the compiler makes of records: text, equality, copies, deconstruction.</summary>
public static class RecordCases
{
    [ShapeCase(Waits.Suspend)]
    public static string Records_are_printed_copied_and_taken_apart()
    {
        var report = new Report();
        var person = new Person("Ada", "Lovelace") { Age = 36 };
        Person employee = new Employee("Alan", "Turing", 100) { Friends = { person } };
        report.Add(person.ToString());
        report.Add((employee with { Age = 41 }).ToString());
        report.Add(employee.Greet(person));
        (string first, string last) = employee;
        report.Add(Slow.Id(first) + last);
        report.Add((new Money(1.5m, "EUR") + new Money(2, "EUR")).Text);
        report.Add(employee is Employee { Salary: > 50, Friends: [{ Full.Length: > 3 } friend] } ? friend.Full : "none");
        return report.ToString();
    }

    [ShapeCase(Waits.SuspendAndPin)]
    public static string Records_are_equal_by_value_also_in_collections()
    {
        var report = new Report();
        Person one = new Employee("Alan", "Turing", 100), same = new Employee("Alan", "Turing", 100), other = new Employee("Alan", "Turing", 99);
        report.Add(one == same);
        report.Add(one == other);
        report.Add(one != Slow.Id(new Person("Alan", "Turing")));
        report.Add(new HashSet<Person> { one, same, other }.Count); // the set is not woven
        report.Add(new Dictionary<Person, int> { [one] = 4 }[same]);
        report.Add(one.GetHashCode() == same.GetHashCode());
        return report.ToString();
    }
}

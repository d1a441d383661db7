using System.Linq.Expressions;
using System.Reflection;
using GreenThreads.Shape.Tests.Harness;
using GreenThreads.Shape.Tests.Types;

namespace GreenThreads.Shape.Tests.Cases;

/// <summary>Reflection itself: what is listed, what is found by name, what calls through it.</summary>
public static class ReflectionCases
{
    private const BindingFlags Instance = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance;

    private static IEnumerable<Type> Types =>
        typeof(Store).Assembly.GetTypes().Where(t => t.Namespace == typeof(Store).Namespace && !t.Name.Contains('<') && t.DeclaringType?.Name.Contains('<') != true).OrderBy(t => t.FullName, StringComparer.Ordinal);

    // Frames are nested classes that nobody can see, as those of iterators and closures are, with names that nobody can write.
    private static bool IsWritten(MemberInfo member) => member is not Type || !member.Name.Contains('<');

    [ShapeCase(Waits.AreNone)]
    public static string Members_are_listed_as_written()
    {
        var report = new Report();
        foreach (Type type in Types)
        {
            report.Add($"{type}: {type.BaseType}, {string.Join(", ", type.GetInterfaces().AsEnumerable())}");
            report.AddAll(type.GetMembers().Select(m => $"  {m.MemberType} {m}"));
            report.AddAll(type.GetMembers(Instance).Where(IsWritten).Select(m => $"  instance {m.MemberType} {m}"));
            report.AddAll(type.GetNestedTypes().Select(t => $"  nested {t}"));
            foreach (Type contract in type.IsInterface ? [] : type.GetInterfaces()) report.AddAll(type.GetInterfaceMap(contract).TargetMethods.Select(m => $"  implements {contract} {m}"));
        }
        return report.ToString();
    }

    [ShapeCase(Waits.AreNone)]
    public static string Members_are_found_by_name()
    {
        var report = new Report();
        foreach (Type type in Types)
        {
            foreach (string name in type.GetMembers(Instance | BindingFlags.Static).Select(m => m.Name).Where(n => !n.Contains('<')).Distinct())
            {
                report.Try(() => $"{type} {name}: {type.GetMethod(name)}");
                report.Try(() => $"{type} {name}: {type.GetMethod(name, Instance | BindingFlags.Static)}");
                report.Add(type.GetMember(name, Instance | BindingFlags.Static).Length);
            }
        }
        return report.ToString();
    }

    [ShapeCase(Waits.AreNone)]
    public static string Attributes_and_parameters_stay_where_they_were()
    {
        var report = new Report();
        foreach (MemberInfo member in typeof(Concrete).GetMembers(Instance).Concat(typeof(Marked<>).GetMembers(Instance | BindingFlags.Static)).Append(typeof(Marked<>)).Where(IsWritten))
        {
            Describe(member.ToString()!, member);
            if (member is not MethodBase method) continue;
            foreach (ParameterInfo parameter in method.GetParameters()) Describe($"{member} {parameter} {parameter.Attributes} {parameter.RawDefaultValue}", parameter);
            if (method is not MethodInfo called) continue;
            Describe($"{member} returns", called.ReturnParameter);
            if (!called.IsGenericMethodDefinition) continue;
            foreach (Type argument in called.GetGenericArguments()) Describe($"{member} {argument.GenericParameterAttributes} {string.Join<Type>(" ", argument.GetGenericParameterConstraints())}", argument);
        }
        foreach (Type argument in typeof(Marked<>).GetGenericArguments()) Describe($"{argument.GenericParameterAttributes} {string.Join<Type>(" ", argument.GetGenericParameterConstraints())}", argument);
        return report.ToString();

        void Describe(string what, ICustomAttributeProvider provider)
        {
            IEnumerable<object> attributes = provider.GetCustomAttributes(inherit: true)
                .Where(a => !a.GetType().Name.StartsWith("WovenMethodAttribute", StringComparison.Ordinal) && a.GetType().Namespace != "System.Runtime.CompilerServices");
            report.Add($"{what}: {string.Join(" ", attributes.Select(a => a is MarkAttribute mark ? mark.Text : a.ToString()).Order(StringComparer.Ordinal))}");
        }
    }

    [ShapeCase(Waits.SuspendAndPin)]
    public static string Methods_are_invoked_late()
    {
        var report = new Report();
        var store = (Store)Activator.CreateInstance(typeof(Store), Slow.Id("made late"))!;
        typeof(Store).GetProperty("Item")!.SetValue(store, 4, ["a"]);
        object?[] arguments = ["a", null];
        report.Add(typeof(Store).GetMethod(nameof(Store.TryGet))!.Invoke(store, arguments));
        report.Add(arguments[1]);
        report.Add(typeof(Store).GetMethod(nameof(Store.Convert))!.MakeGenericMethod(typeof(string)).Invoke(store, ["a", (Func<int, string>)(n => Slow.Id("n" + n))]));
        dynamic late = store;
        report.Add(late.Count("a") + late["a"]);
        report.Add(store.GetType().GetMethod(nameof(Store.Count))!.CreateDelegate<Func<string, int>>(store)("a"));
        Expression<Func<Store, string>> expression = s => s.Read() + s.Summary();
        report.Add(expression);
        report.Add(expression.Compile()(store));
        report.Add(expression.Compile(preferInterpretation: true)(store));
        report.Add(new Concrete(new Comparable()).Method<DayOfWeek>("named", 1, 2));
        return report.ToString();
    }
}

using System.Reflection;
using System.Runtime.Loader;

namespace GreenThreads.Weaver.Tests.Harness;

/// <summary>What reflection sees of an assembly: its types, their members in the order in which it gives them, what it finds by name.</summary>
internal static class AssemblyShape
{
    private const BindingFlags Everything =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance;

    // What the weaver adds to a woven method: flags that keep it out of stack traces, and an attribute that leads to its body.
    private const MethodImplAttributes OfStubs = MethodImplAttributes.NoInlining | MethodImplAttributes.AggressiveInlining;

    /// <summary>A line for each visible fact; the members of a type in the order in which reflection gives them.</summary>
    public static string[] Of(string folder, string assembly)
    {
        var context = new AssemblyLoadContext(folder, isCollectible: true);
        context.Resolving += (_, name) =>
        {
            string beside = Path.Combine(folder, name.Name + ".dll");
            return File.Exists(beside) ? context.LoadFromAssemblyPath(beside) : null;
        };
        try
        {
            context.LoadFromAssemblyPath(Toolchain.Runtime);
            if (assembly != "GreenThreads.Corpus.Library") context.LoadFromAssemblyPath(Path.Combine(folder, "GreenThreads.Corpus.Library.dll"));
            Assembly loaded = context.LoadFromAssemblyPath(Path.Combine(folder, assembly + ".dll"));
            return [.. loaded.GetTypes().Where(t => !IsCompilerGenerated(t)).OrderBy(t => t.FullName, StringComparer.Ordinal).SelectMany(Describe)];
        }
        finally
        {
            context.Unload();
        }
    }

    private static bool IsCompilerGenerated(Type type) => type.Name.Contains('<') || type.IsDefined(typeof(System.Runtime.CompilerServices.CompilerGeneratedAttribute), inherit: false) || (type.DeclaringType is { } outer && IsCompilerGenerated(outer));

    // Frames, and static methods over boxes, have names that nobody can write, as what the compiler adds has.
    private static bool IsWritten(MemberInfo member) => !member.Name.Contains('<');

    private static IEnumerable<string> Describe(Type type)
    {
        string name = type.FullName!;
        yield return $"{name}: {type.Attributes} base {type.BaseType} attributes {Attributes(type)}";
        foreach (Type each in type.GetInterfaces()) yield return $"{name} implements {each}";
        foreach (Type each in type.GetNestedTypes(Everything).Where(IsWritten)) yield return $"{name} nests {each}";
        foreach (MemberInfo each in type.GetMembers()) yield return $"{name} has {each.MemberType} {each}";
        foreach (string found in type.GetMembers(Everything).Where(IsWritten).Select(m => m.Name).Distinct()) yield return $"{name} finds {found}: {Find(type, found)}";
        foreach (FieldInfo each in type.GetFields(Everything)) yield return $"{name} field {each} {each.Attributes} {Attributes(each)}";
        foreach (PropertyInfo each in type.GetProperties(Everything)) yield return $"{name} property {each} {Attributes(each)}";
        foreach (EventInfo each in type.GetEvents(Everything)) yield return $"{name} event {each} {Attributes(each)}";
        foreach (ConstructorInfo each in type.GetConstructors(Everything)) yield return $"{name} {Describe(each)}";
        foreach (MethodInfo each in type.GetMethods(Everything).Where(IsWritten)) yield return $"{name} {Describe(each)}";
    }

    private static string Find(Type type, string name)
    {
        try
        {
            return $"{type.GetMethod(name)} {type.GetMethod(name, Everything)} {type.GetMember(name, Everything).Length}";
        }
        catch (AmbiguousMatchException)
        {
            return "several";
        }
    }

    private static string Describe(MethodBase method)
    {
        IEnumerable<string> parameters = method.GetParameters()
            .Select(p => $"{p.ParameterType} {p.Name} {p.Attributes} {(p.HasDefaultValue ? p.RawDefaultValue : "")} {Attributes(p)}");
        return $"method {method} ({string.Join(", ", parameters)}) {method.Attributes} {method.MethodImplementationFlags & ~OfStubs} {Attributes(method)}";
    }

    private static string Attributes(ICustomAttributeProvider provider)
    {
        IList<CustomAttributeData> data = provider switch
        {
            MemberInfo member => member.GetCustomAttributesData(),
            ParameterInfo parameter => parameter.GetCustomAttributesData(),
            _ => [],
        };
        return string.Join(" ", data.Where(d => !d.AttributeType.Name.StartsWith("WovenMethodAttribute", StringComparison.Ordinal)).Select(d => d.ToString()));
    }
}

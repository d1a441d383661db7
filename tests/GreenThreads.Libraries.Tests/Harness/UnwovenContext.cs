using System.Reflection;
using System.Runtime.Loader;

namespace GreenThreads.Libraries.Tests.Harness;

/// <summary>Holds the cases and the libraries as they were before weaving, beside the woven ones; all else is shared.</summary>
internal sealed class UnwovenContext : AssemblyLoadContext
{
    private static readonly Lazy<UnwovenContext> s_instance = new(() => new UnwovenContext());

    private readonly Dictionary<string, string> _files = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "unwoven-files.txt"))
        .ToDictionary(f => Path.GetFileNameWithoutExtension(f)!);

    private UnwovenContext() : base("unwoven")
    {
    }

    /// <summary>The names of the libraries that are woven.</summary>
    public static IEnumerable<string> Libraries => s_instance.Value._files.Keys.Where(n => n != typeof(UnwovenContext).Assembly.GetName().Name);

    /// <summary>A library as it came.</summary>
    public static Assembly Unwoven(string library) => s_instance.Value.LoadFromAssemblyName(new AssemblyName(library));

    /// <summary>The method of the unwoven cases that stands for a woven one.</summary>
    public static MethodInfo Counterpart(MethodInfo method)
    {
        Assembly cases = s_instance.Value.LoadFromAssemblyName(method.Module.Assembly.GetName());
        return cases.GetType(method.DeclaringType!.FullName!, throwOnError: true)!.GetMethod(method.Name)!;
    }

    protected override Assembly? Load(AssemblyName name) =>
        name.Name is not null && _files.TryGetValue(name.Name, out string? file) ? LoadFromAssemblyPath(file) : null;
}

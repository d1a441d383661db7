using GreenThreads.Weaver.Analysis;
using GreenThreads.Weaver.Metadata;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Diagnostics;

/// <summary>
/// Finds code that waits and is called back by code that is not woven, on the caller's stack: a lambda for LINQ, a factory for a
/// dictionary, a constructor for <c>new T()</c>. Only what is known to wait; what a delegate does that comes from elsewhere is not.
/// </summary>
internal static class ForeignCallbacks
{
    private const DiagnosticId Id = DiagnosticId.CalledBackByForeignCode;

    // Types of the framework whose methods call a delegate before they return, or when their result is used.
    private static readonly HashSet<string> s_callers =
    [
        "System.Array", "System.Lazy`1", "System.MemoryExtensions", "System.String", "System.Text.RegularExpressions.Regex",
        "System.Collections.Concurrent.ConcurrentDictionary`2", "System.Collections.Generic.CollectionExtensions",
        "System.Collections.Generic.Dictionary`2", "System.Collections.Generic.HashSet`1", "System.Collections.Generic.List`1",
        "System.Collections.Generic.SortedSet`1", "System.Collections.Immutable.ImmutableArray`1", "System.Collections.Immutable.ImmutableInterlocked",
        "System.Collections.Immutable.ImmutableList`1", "System.Linq.Enumerable", "System.Runtime.CompilerServices.ConditionalWeakTable`2",
        "System.Threading.LazyInitializer", "System.Threading.ExecutionContext",
    ];

    /// <summary>Reports the delegates and type parameters of a method; its code must be as compiled, but for redirected calls.</summary>
    public static void Report(MethodDefinition method, Suspendability analysis, DiagnosticSink diagnostics, WeaveReport report)
    {
        foreach (Instruction instruction in method.Body.Instructions)
        {
            try
            {
                if (instruction.OpCode.Code == Code.Newobj) ReportDelegate(instruction, method, analysis, diagnostics, report);
                else if (instruction.OpCode.Code == Code.Call) ReportCreation(instruction, method, analysis, report);
            }
            catch (AssemblyResolutionException)
            {
                // a type of an assembly that is not referenced: nothing is known of it
            }
        }
    }

    private static void ReportDelegate(Instruction creation, MethodDefinition method, Suspendability analysis, DiagnosticSink diagnostics, WeaveReport report)
    {
        if (creation.Previous is not { OpCode.Code: Code.Ldftn or Code.Ldvirtftn, Operand: MethodReference target }) return;
        if (analysis.Resolve(target) is not { } definition || !analysis.IsDefinite(definition)) return;
        if (ConsumerOf(creation) is not var (consumer, above) || analysis.Classify(consumer).IsSubstituted) return;
        var caller = (MethodReference)consumer.Operand;
        if (caller.DeclaringType is ArrayType || analysis.Resolve(caller) is not { } called || called.Module == method.Module) return;
        int parameter = called.Parameters.Count - 1 - above;
        if (parameter < 0 || called.Parameters[parameter].ParameterType.Resolve()?.IsDelegate() != true) return; // List.Add only keeps it
        bool isKnown = s_callers.Contains(called.DeclaringType.FullName);
        if (!isKnown && (IsFramework(called.Module) || called.Module.Assembly.Has(WovenNames.WovenAttribute))) return;
        const string reason = "that is not woven";
        string name = MethodNames.Of(caller);
        report.AddRemark(method, WeaveReport.Place(method, consumer, Id, $"{MethodNames.Of(target)} waits when {name} calls it, and {reason}"));
        if (!isKnown) return; // it may call it on a thread of its own, or never
        diagnostics.Warn(Id, SequencePoints.At(method, consumer),
            $"{MethodNames.Of(target)} may wait, and pins the carrier of a green thread when {name} calls it, because {reason}");
    }

    // "new T()" finds the constructor by reflection.
    private static void ReportCreation(Instruction call, MethodDefinition method, Suspendability analysis, WeaveReport report)
    {
        if (call.Operand is not GenericInstanceMethod { Name: "CreateInstance", DeclaringType.FullName: "System.Activator", GenericArguments: [var created] }) return;
        MethodDefinition? constructor = method.Module.GetTypes()
            .Where(t => !t.IsValueType && !t.IsAbstract && (created is GenericParameter parameter ? Meets(t, parameter) : created.Resolve() == t))
            .SelectMany(t => t.Methods).FirstOrDefault(m => m is { IsConstructor: true, IsStatic: false, HasParameters: false } && analysis.IsDefinite(m));
        if (constructor is null) return;
        report.AddRemark(method, WeaveReport.Place(method, call, Id, $"it makes {created.Name} by reflection, which is not woven, and {MethodNames.Of(constructor)} waits"));
    }

    private static bool Meets(TypeDefinition type, GenericParameter parameter)
    {
        foreach (GenericParameterConstraint constraint in parameter.Constraints)
        {
            string wanted = constraint.ConstraintType.GetElementType().FullName;
            if (wanted == "System.ValueType") return false;
            bool isMet = false;
            for (TypeDefinition? each = type; each is not null && !isMet; each = each.BaseType?.Resolve())
                isMet = each.FullName == wanted || each.Interfaces.Any(i => i.InterfaceType.GetElementType().FullName == wanted);
            if (!isMet) return false;
        }
        return !parameter.HasNotNullableValueTypeConstraint;
    }

    private static bool IsFramework(ModuleDefinition module) =>
        module.Assembly.Name.Name is "mscorlib" or "netstandard" or "WindowsBase"
        || module.Assembly.Name.Name.StartsWith("System.", StringComparison.Ordinal) || module.Assembly.Name.Name.StartsWith("Microsoft.", StringComparison.Ordinal);

    // The call that takes the delegate from the stack, and how many arguments come after it; on the way straight ahead, over the
    // branches around delegates that are made only once. Null where it is stored, or where the way ends.
    private static (Instruction Call, int Above)? ConsumerOf(Instruction creation)
    {
        int above = 0;
        for (Instruction? instruction = creation.Next; instruction is not null; instruction = instruction.Next)
        {
            if (instruction.OpCode.FlowControl is FlowControl.Branch or FlowControl.Return or FlowControl.Throw) return null;
            if (instruction.OpCode.Code == Code.Dup)
            {
                above++;
                continue;
            }
            if (StackEffects.Pops(instruction) is not { } pops) return null;
            if (pops > above) return instruction.OpCode.Code is Code.Call or Code.Callvirt or Code.Newobj ? (instruction, above) : null;
            above += StackEffects.Pushes(instruction) - pops;
        }
        return null;
    }
}

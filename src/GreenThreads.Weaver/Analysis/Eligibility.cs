using GreenThreads.Weaver.Metadata;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Analysis;

/// <summary>Which methods may be given a woven body.</summary>
internal static class Eligibility
{
    /// <summary>IL size in bytes beyond which a method is left alone: the JIT stops optimising soon after, woven or not.</summary>
    public const int MaxCodeSize = 60_000;

    /// <summary>Why the method cannot be woven, as the end of a sentence; null when it can.</summary>
    public static string? WhyNot(MethodDefinition method)
    {
        if (!method.HasBody) return "it has no IL";
        if (method.IsConstructor && method.IsStatic) return "it is a static constructor";
        if (IsExcluded(method)) return "it is marked [NotWoven]";
        if (method.CallingConvention == MethodCallingConvention.VarArg) return "it takes a variable argument list";
        if (method.IsSynchronized) return "it is synchronized, which holds a lock for its whole length";
        if (method.Body.CodeSize > MaxCodeSize) return $"its IL is larger than {MaxCodeSize} bytes";
        if (method.Has("System.Runtime.InteropServices.UnmanagedCallersOnlyAttribute")) return "it is called from native code";
        if (method.Name == "Finalize" && method.IsVirtual && method.Parameters.Count == 0) return "it is a finalizer";
        if (IsAsyncBody(method)) return "it is the body of an async method, which awaits instead";
        if (method.ReturnType.IsPointer()) return "it returns a pointer";
        if (method.ReturnType.IsOpenParameter()) return $"it returns its type parameter {method.ReturnType.Bare().Name}, which may be a ref struct";
        foreach (Instruction instruction in method.Body.Instructions)
        {
            switch (instruction.OpCode.Code)
            {
                case Code.Jmp: return "it jumps to another method (jmp)";
                case Code.Arglist: return "it uses a variable argument list";
                case Code.Tail when instruction.Next?.OpCode.Code == Code.Constrained || instruction.Previous?.OpCode.Code == Code.Constrained:
                    return "it makes an explicit tail call through a type parameter";
            }
        }
        return null;
    }

    /// <summary>Whether the method is the state machine's of an async method, which is expected to await.</summary>
    public static bool IsAsyncBody(MethodDefinition method) =>
        method.Name == "MoveNext"
        && method.DeclaringType.Interfaces.Any(i => i.InterfaceType.FullName == "System.Runtime.CompilerServices.IAsyncStateMachine");

    /// <summary>
    /// Whether it has parameters that may be ref structs: then a caller has to be able to hand them in again even where they are none,
    /// which one that only sees a delegate does not know.
    /// </summary>
    public static bool HasOpenParameters(MethodDefinition method) => method.Parameters.Any(p => p.ParameterType.IsOpenParameter());

    /// <summary>The innermost clause whose handler or filter block holds the instruction of an unchanged method; null for none.</summary>
    public static ExceptionHandler? HandlerAround(MethodDefinition method, Instruction instruction)
    {
        ExceptionHandler? innermost = null;
        if (!method.Body.HasExceptionHandlers) return null;
        foreach (ExceptionHandler handler in method.Body.ExceptionHandlers)
        {
            int start = (handler.FilterStart ?? handler.HandlerStart).Offset;
            int end = handler.HandlerEnd?.Offset ?? int.MaxValue;
            if (instruction.Offset < start || instruction.Offset >= end) continue;
            if (innermost is null || start >= (innermost.FilterStart ?? innermost.HandlerStart).Offset) innermost = handler;
        }
        return innermost;
    }

    /// <summary>
    /// Whether nothing can be thrown into the handler: the try block is empty. So iterators dispose of themselves: each finally
    /// block of theirs is the finally block of nothing in their Dispose.
    /// </summary>
    public static bool IsOfEmptyTry(ExceptionHandler handler)
    {
        for (Instruction? instruction = handler.TryStart; instruction != handler.TryEnd; instruction = instruction.Next)
        {
            if (instruction is null || instruction.OpCode.Code is not (Code.Nop or Code.Leave or Code.Leave_S)) return false;
        }
        return true;
    }

    /// <summary>Whether the method is a part of an iterator that others of its methods call: its Dispose, or one of its finally blocks.</summary>
    public static bool IsPartOfIterator(MethodDefinition method) =>
        method.DeclaringType.Name.Contains('<') && (method.Name.StartsWith("<>m__Finally", StringComparison.Ordinal) || method.Name == "System.IDisposable.Dispose");

    /// <summary>Whether the method, a type around it or the assembly is marked [NotWoven].</summary>
    public static bool IsExcluded(MethodDefinition method)
    {
        if (method.Has(WovenNames.NotWovenAttribute) || method.Module.Assembly.Has(WovenNames.NotWovenAttribute)) return true;
        for (TypeDefinition? type = method.DeclaringType; type is not null; type = type.DeclaringType)
        {
            if (type.Has(WovenNames.NotWovenAttribute)) return true;
        }
        return false;
    }
}

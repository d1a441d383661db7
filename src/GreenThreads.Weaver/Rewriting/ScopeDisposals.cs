using GreenThreads.Weaver.Analysis;
using GreenThreads.Weaver.Metadata;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Rewriting;

// A `using` block of a GreenScope ends with a call of IDisposable.Dispose, through the interface although the type is known,
// and without the exception with which the block is left. A scope waits in there and needs that exception:
//
//   ldloc scope; callvirt IDisposable.Dispose        ldloc scope; ldnull; call GreenScope.DisposeAfter
//
// and when the finally block is hoisted (HandlerHoisting), the ldnull becomes the exception it has caught.
//
// That of a stream or writer may flush, and then waits: its asynchronous twin has to do it.
//
//   ldloc stream; callvirt IDisposable.Dispose       ldloc stream; call StreamDisposal.Dispose

/// <summary>Has the disposal of scopes, streams and writers in finally blocks called directly. Before anything is analysed.</summary>
internal static class ScopeDisposals
{
    private const string Scope = "GreenThreads.GreenScope";

    // What is in memory does not wait.
    private static readonly HashSet<string> s_flushing = ["System.IO.Stream", "System.IO.TextWriter", "System.IO.BinaryWriter"];
    private static readonly HashSet<string> s_inMemory = ["System.IO.MemoryStream", "System.IO.UnmanagedMemoryStream", "System.IO.StringWriter"];

    /// <summary>Changes the methods of a module in place.</summary>
    public static void Redirect(ModuleDefinition module, RuntimeTypes runtime)
    {
        bool usesScopes = IsUsed(module);
        foreach (TypeDefinition type in module.Types.SelectMany(TypeExtensions.WithNested))
        {
            foreach (MethodDefinition method in type.Methods)
            {
                if (method.HasBody && method.Body.HasExceptionHandlers) Redirect(method, runtime, usesScopes);
            }
        }
    }

    /// <summary>The place for the exception in what <see cref="Redirect(ModuleDefinition, RuntimeTypes)"/> wrote.</summary>
    public static bool IsExceptionOfDisposal(Instruction instruction) =>
        instruction.OpCode.Code == Code.Ldnull
        && instruction.Next is { OpCode.Code: Code.Call, Operand: MethodReference { Name: "DisposeAfter" } callee }
        && callee.DeclaringType.FullName == Scope;

    private static bool IsUsed(ModuleDefinition module) =>
        module.GetType(Scope) is not null || module.GetTypeReferences().Any(reference => reference.FullName == Scope);

    private static void Redirect(MethodDefinition method, RuntimeTypes runtime, bool usesScopes)
    {
        MethodBody body = method.Body;
        for (int i = 1; i < body.Instructions.Count; i++)
        {
            Instruction call = body.Instructions[i];
            if (call.OpCode.Code != Code.Callvirt || call.Operand is not MethodReference { Name: "Dispose", Parameters.Count: 0 }) continue;
            if (TypePushedBy(call.Previous, method) is not { } type) continue;
            if (type.FullName != Scope)
            {
                if (runtime.Runtime != method.Module && Flushes(type) && IsInFinally(body, i)) (call.OpCode, call.Operand) = (OpCodes.Call, runtime.DisposeStream);
                continue;
            }
            if (!usesScopes || !IsInFinally(body, i)) continue;
            // the call itself stays the target of branches to it; nothing branches between a receiver and its call
            body.Instructions.Insert(i, Instruction.Create(OpCodes.Ldnull));
            (call.OpCode, call.Operand) = (OpCodes.Call, runtime.DisposeScopeAfter);
            i++;
        }
    }

    private static bool Flushes(TypeReference type)
    {
        for (TypeReference? at = type; at is not null && !s_inMemory.Contains(at.FullName); at = at.Resolve()?.BaseType)
        {
            if (s_flushing.Contains(at.FullName)) return true;
            if (at is GenericParameter or ByReferenceType or ArrayType) return false;
        }
        return false;
    }

    private static bool IsInFinally(MethodBody body, int index) => body.ExceptionHandlers.Any(handler =>
        handler.HandlerType == ExceptionHandlerType.Finally
        && index >= body.Instructions.IndexOf(handler.HandlerStart)
        && (handler.HandlerEnd is null || index < body.Instructions.IndexOf(handler.HandlerEnd)));

    private static TypeReference? TypePushedBy(Instruction instruction, MethodDefinition method)
    {
        switch (instruction.OpCode.Code)
        {
            case Code.Ldloc or Code.Ldloc_S or Code.Ldloc_0 or Code.Ldloc_1 or Code.Ldloc_2 or Code.Ldloc_3:
                return method.Body.Variables[Variables.LocalIndex(instruction)].VariableType;
            case Code.Ldarg or Code.Ldarg_S or Code.Ldarg_0 or Code.Ldarg_1 or Code.Ldarg_2 or Code.Ldarg_3:
                return Variables.ArgumentType(method, Variables.ArgumentIndex(instruction, method));
            case Code.Ldfld or Code.Ldsfld:
                return ((FieldReference)instruction.Operand).FieldType;
            default:
                return null;
        }
    }
}

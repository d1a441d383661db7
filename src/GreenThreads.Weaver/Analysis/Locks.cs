using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Analysis;

/// <summary>
/// Monitors belong to OS threads: a green thread that holds one must stay on its carrier. In a C# lock statement every
/// call in the body is pinned, so the monitor itself can stay as it is. Monitors that are used in other ways pin the
/// thread while they are held, by substitutes of their methods. Locks that have been made green belong to the green thread,
/// and are nothing to this class.
/// </summary>
internal static class Locks
{
    /// <summary>Whether the method takes and releases monitors only by lock statements.</summary>
    public static bool AreStatements(MethodDefinition method)
    {
        if (!method.Body.Instructions.Any(LockCalls.IsMonitorCall)) return true;
        var flow = new FlowGraph(method);
        int open = 0;
        for (int i = 0; i < flow.Instructions.Length; i++)
        {
            if (!LockCalls.IsMonitorCall(flow.Instructions[i])) continue;
            var callee = (MethodReference)flow.Instructions[i].Operand;
            if (callee.Name == "Enter" && callee.Parameters.Count == 2) open++;
            else if (callee.Name == "Exit" && flow.InHandler[i]?.HandlerType == ExceptionHandlerType.Finally) open--;
            else return false;
        }
        return open == 0;
    }

    /// <summary>The call that releases the lock at the end of the lock statement around the instruction; null for none.</summary>
    public static Instruction? HeldAt(FlowGraph flow, int number)
    {
        if (flow.HandlersOf[number] is not { } handlers) return null;
        foreach (ExceptionHandler handler in handlers)
        {
            if (handler.HandlerType != ExceptionHandlerType.Finally) continue;
            int open = 0; // by lock statements inside of the finally block
            for (int i = flow.Number(handler.HandlerStart); i < flow.End(handler.HandlerEnd); i++)
            {
                Instruction instruction = flow.Instructions[i];
                if (!LockCalls.IsMonitorCall(instruction) && !LockCalls.IsEnterScope(instruction) && !LockCalls.IsScopeDispose(instruction)) continue;
                if (LockCalls.Enters(instruction)) open++;
                else if (LockCalls.Exits(instruction) && open-- == 0) return instruction;
            }
        }
        return null;
    }
}

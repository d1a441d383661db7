using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Analysis;

/// <summary>
/// Monitors belong to OS threads: a green thread that holds one must stay on its carrier. In a C# lock statement every
/// call in the body is pinned, so the monitor itself can stay as it is. Monitors that are used in other ways pin the
/// thread while they are held, by substitutes of their methods.
/// </summary>
internal static class Locks
{
    private const string Monitor = "System.Threading.Monitor";

    /// <summary>Whether the instruction calls a method of Monitor.</summary>
    public static bool IsMonitorCall(Instruction instruction) =>
        instruction.OpCode.Code == Code.Call && instruction.Operand is MethodReference callee && callee.DeclaringType.FullName == Monitor;

    /// <summary>Whether the method takes and releases monitors only by lock statements.</summary>
    public static bool AreStatements(MethodDefinition method)
    {
        if (!method.Body.Instructions.Any(IsMonitorCall)) return true;
        var flow = new FlowGraph(method);
        int open = 0;
        for (int i = 0; i < flow.Instructions.Length; i++)
        {
            if (!IsMonitorCall(flow.Instructions[i])) continue;
            var callee = (MethodReference)flow.Instructions[i].Operand;
            if (callee.Name == "Enter" && callee.Parameters.Count == 2) open++;
            else if (callee.Name == "Exit" && flow.InHandler[i]?.HandlerType == ExceptionHandlerType.Finally) open--;
            else return false;
        }
        return open == 0;
    }

    /// <summary>Whether the instruction is in the body of a lock statement.</summary>
    public static bool IsHeldAt(FlowGraph flow, int number)
    {
        if (flow.HandlersOf[number] is not { } handlers) return false;
        foreach (ExceptionHandler handler in handlers)
        {
            if (handler.HandlerType != ExceptionHandlerType.Finally) continue;
            for (int i = flow.Number(handler.HandlerStart); i < flow.End(handler.HandlerEnd); i++)
            {
                if (IsMonitorCall(flow.Instructions[i])) return true;
            }
        }
        return false;
    }
}

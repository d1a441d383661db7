using GreenThreads.Analyzers.Code;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GreenThreads.Analyzers.ThreadPerConnection;

/// <summary>On what a piece of work is started.</summary>
internal enum StartKind
{
    /// <summary><c>new Thread(...).Start()</c>.</summary>
    Thread,

    /// <summary>A task with <c>TaskCreationOptions.LongRunning</c>: an OS thread of its own.</summary>
    LongRunningTask,

    /// <summary><c>Task.Run</c>, <c>Task.Factory.StartNew</c>: a thread of the pool, held as long as the work blocks.</summary>
    PoolTask,

    /// <summary><c>ThreadPool.QueueUserWorkItem</c>.</summary>
    PoolItem,
}

/// <summary>A call that puts work on another OS thread.</summary>
/// <param name="Kind">On what.</param>
/// <param name="Start">The call that starts it.</param>
/// <param name="Creation">The <c>new Thread(...)</c> or <c>new Task(...)</c>, where it is found in the same file.</param>
/// <param name="Body">The delegate, where it is found.</param>
internal sealed record StartSite(StartKind Kind, InvocationExpressionSyntax Start, BaseObjectCreationExpressionSyntax? Creation, ExpressionSyntax? Body)
{
    private static readonly HashSet<string> s_names = ["Start", "UnsafeStart", "StartNew", "Run", "QueueUserWorkItem", "UnsafeQueueUserWorkItem"];

    /// <summary>Whether it takes an OS thread whatever the work does.</summary>
    public bool OwnsThread => Kind is StartKind.Thread or StartKind.LongRunningTask;

    /// <summary>Where it is reported: where the thread is made.</summary>
    public ExpressionSyntax Place => Creation ?? (ExpressionSyntax)Start;

    /// <summary>Whether the invocation may be one, from its name alone.</summary>
    public static bool MayBe(InvocationExpressionSyntax invocation) => invocation.CalledName() is { } name && s_names.Contains(name);

    /// <summary>The start that the invocation is, or null.</summary>
    public static StartSite? Find(InvocationExpressionSyntax invocation, SourceIndex index)
    {
        if (index.SymbolOf(invocation) is not IMethodSymbol method) return null;
        switch (method.ContainingType.ToDisplayString(), method.Name)
        {
            case ("System.Threading.Thread", "Start" or "UnsafeStart"):
                BaseObjectCreationExpressionSyntax? creation = Creations.Of(invocation.Receiver(), "System.Threading.Thread", index);
                return new StartSite(StartKind.Thread, invocation, creation, FirstArgument(creation?.ArgumentList));
            case ("System.Threading.Tasks.Task" or "System.Threading.Tasks.Task<TResult>", "Start"):
                creation = Creations.Of(invocation.Receiver(), "System.Threading.Tasks.Task", index);
                return new StartSite(IsLongRunning(creation?.ArgumentList, index) ? StartKind.LongRunningTask : StartKind.PoolTask, invocation, creation, FirstArgument(creation?.ArgumentList));
            case ("System.Threading.Tasks.TaskFactory", "StartNew"):
                bool isLong = IsLongRunning(invocation.ArgumentList, index) || IsLongRunningFactory(invocation.Receiver(), index);
                return new StartSite(isLong ? StartKind.LongRunningTask : StartKind.PoolTask, invocation, null, FirstArgument(invocation.ArgumentList));
            case ("System.Threading.Tasks.Task", "Run"):
                return new StartSite(StartKind.PoolTask, invocation, null, FirstArgument(invocation.ArgumentList));
            case ("System.Threading.ThreadPool", "QueueUserWorkItem" or "UnsafeQueueUserWorkItem"):
                return new StartSite(StartKind.PoolItem, invocation, null, FirstArgument(invocation.ArgumentList));
            default:
                return null;
        }
    }

    private static ExpressionSyntax? FirstArgument(ArgumentListSyntax? arguments) =>
        arguments is { Arguments.Count: > 0 } ? arguments.Arguments[0].Expression : null;

    private static bool IsLongRunning(ArgumentListSyntax? arguments, SourceIndex index)
    {
        if (arguments is null) return false;
        foreach (ArgumentSyntax argument in arguments.Arguments)
        {
            if (IsLongRunning(argument.Expression, index)) return true;
        }
        return false;
    }

    private static bool IsLongRunning(ExpressionSyntax expression, SourceIndex index)
    {
        if (index.TypeOf(expression)?.ToDisplayString() != "System.Threading.Tasks.TaskCreationOptions") return false;
        object? value = index.ModelOf(expression).GetConstantValue(expression).Value;
        if (value is int flags) return (flags & (int)TaskCreationOptions.LongRunning) != 0;
        return Creations.ValuesOf(expression, index).Any(v => v != expression && v.ToString().Contains(nameof(TaskCreationOptions.LongRunning)));
    }

    private static bool IsLongRunningFactory(ExpressionSyntax? factory, SourceIndex index) =>
        factory is not null && Creations.Of(factory, "System.Threading.Tasks.TaskFactory", index) is { } creation && IsLongRunning(creation.ArgumentList, index);
}

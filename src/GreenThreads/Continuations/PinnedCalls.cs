using System.ComponentModel;

namespace GreenThreads.Continuations;

/// <summary>
/// Calls woven bodies from stubs that have pinned the thread, and unpins it. Here, and not in each stub: a method with a finally
/// block makes no tail calls and keeps its variables in memory, and the stub is on the way of every virtual call.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[NotWoven]
public static unsafe class PinnedCalls
{
    /// <summary>Calls a body of 0 arguments and a result.</summary>
    public static TResult Call<TResult>(Continuation continuation, nint body)
    {
        try
        {
            return ((delegate*<Continuation, TResult>)body)(continuation);
        }
        finally
        {
            Handshake.Unpin(continuation);
        }
    }

    /// <summary>Calls a body of 1 argument and a result.</summary>
    public static TResult Call<T0, TResult>(T0 arg0, Continuation continuation, nint body)
    {
        try
        {
            return ((delegate*<T0, Continuation, TResult>)body)(arg0, continuation);
        }
        finally
        {
            Handshake.Unpin(continuation);
        }
    }

    /// <summary>Calls a body of 2 arguments and a result.</summary>
    public static TResult Call<T0, T1, TResult>(T0 arg0, T1 arg1, Continuation continuation, nint body)
    {
        try
        {
            return ((delegate*<T0, T1, Continuation, TResult>)body)(arg0, arg1, continuation);
        }
        finally
        {
            Handshake.Unpin(continuation);
        }
    }

    /// <summary>Calls a body of 3 arguments and a result.</summary>
    public static TResult Call<T0, T1, T2, TResult>(T0 arg0, T1 arg1, T2 arg2, Continuation continuation, nint body)
    {
        try
        {
            return ((delegate*<T0, T1, T2, Continuation, TResult>)body)(arg0, arg1, arg2, continuation);
        }
        finally
        {
            Handshake.Unpin(continuation);
        }
    }

    /// <summary>Calls a body of 4 arguments and a result.</summary>
    public static TResult Call<T0, T1, T2, T3, TResult>(T0 arg0, T1 arg1, T2 arg2, T3 arg3, Continuation continuation, nint body)
    {
        try
        {
            return ((delegate*<T0, T1, T2, T3, Continuation, TResult>)body)(arg0, arg1, arg2, arg3, continuation);
        }
        finally
        {
            Handshake.Unpin(continuation);
        }
    }

    /// <summary>Calls a body of 5 arguments and a result.</summary>
    public static TResult Call<T0, T1, T2, T3, T4, TResult>(T0 arg0, T1 arg1, T2 arg2, T3 arg3, T4 arg4, Continuation continuation, nint body)
    {
        try
        {
            return ((delegate*<T0, T1, T2, T3, T4, Continuation, TResult>)body)(arg0, arg1, arg2, arg3, arg4, continuation);
        }
        finally
        {
            Handshake.Unpin(continuation);
        }
    }

    /// <summary>Calls a body of 0 arguments without a result.</summary>
    public static void Run(Continuation continuation, nint body)
    {
        try
        {
            ((delegate*<Continuation, void>)body)(continuation);
        }
        finally
        {
            Handshake.Unpin(continuation);
        }
    }

    /// <summary>Calls a body of 1 argument without a result.</summary>
    public static void Run<T0>(T0 arg0, Continuation continuation, nint body)
    {
        try
        {
            ((delegate*<T0, Continuation, void>)body)(arg0, continuation);
        }
        finally
        {
            Handshake.Unpin(continuation);
        }
    }

    /// <summary>Calls a body of 2 arguments without a result.</summary>
    public static void Run<T0, T1>(T0 arg0, T1 arg1, Continuation continuation, nint body)
    {
        try
        {
            ((delegate*<T0, T1, Continuation, void>)body)(arg0, arg1, continuation);
        }
        finally
        {
            Handshake.Unpin(continuation);
        }
    }

    /// <summary>Calls a body of 3 arguments without a result.</summary>
    public static void Run<T0, T1, T2>(T0 arg0, T1 arg1, T2 arg2, Continuation continuation, nint body)
    {
        try
        {
            ((delegate*<T0, T1, T2, Continuation, void>)body)(arg0, arg1, arg2, continuation);
        }
        finally
        {
            Handshake.Unpin(continuation);
        }
    }

    /// <summary>Calls a body of 4 arguments without a result.</summary>
    public static void Run<T0, T1, T2, T3>(T0 arg0, T1 arg1, T2 arg2, T3 arg3, Continuation continuation, nint body)
    {
        try
        {
            ((delegate*<T0, T1, T2, T3, Continuation, void>)body)(arg0, arg1, arg2, arg3, continuation);
        }
        finally
        {
            Handshake.Unpin(continuation);
        }
    }

    /// <summary>Calls a body of 5 arguments without a result.</summary>
    public static void Run<T0, T1, T2, T3, T4>(T0 arg0, T1 arg1, T2 arg2, T3 arg3, T4 arg4, Continuation continuation, nint body)
    {
        try
        {
            ((delegate*<T0, T1, T2, T3, T4, Continuation, void>)body)(arg0, arg1, arg2, arg3, arg4, continuation);
        }
        finally
        {
            Handshake.Unpin(continuation);
        }
    }
}

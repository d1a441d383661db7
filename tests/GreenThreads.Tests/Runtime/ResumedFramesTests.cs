using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using GreenThreads.Continuations;

namespace GreenThreads.Tests.Runtime;

/// <summary>What is on the OS stack when an exception passes through methods that have waited.</summary>
public class ResumedFramesTests
{
    private const int Depth = 10;

    [Fact]
    public void An_exception_passes_one_frame_for_each_resumed_method_with_a_number() => AssertOneEach(static () => Number(Depth));

    [Fact]
    public void An_exception_passes_one_frame_for_each_resumed_method_with_an_object() => AssertOneEach(static () => Text(Depth));

    [Fact]
    public void An_exception_passes_one_frame_for_each_resumed_method_without_a_result() => AssertOneEach(static () => Nothing(Depth));

    [Fact]
    public void An_exception_passes_one_frame_for_each_resumed_method_of_an_object() => AssertOneEach(static () => new Chain().Next(Depth, new object()));

    [Fact]
    public void An_exception_passes_one_frame_for_each_resumed_generic_method() => AssertOneEach(static () => Generic<int>(Depth));

    // More than fit into registers: reached by a call, which must not do worse than that.
    [Fact]
    public void An_exception_passes_resumed_methods_with_many_arguments() =>
        Assert.InRange(Entries(static () => Many(Depth, 1, 2, 3, 4, 5)), 0, Depth + 2);

    // A struct that is wider than two registers is returned through memory.
    [Fact]
    public void An_exception_passes_resumed_methods_with_a_large_result() =>
        Assert.InRange(Entries(static () => Large(Depth)), 0, Depth + 2);

    [Fact]
    public void An_exception_passes_resumed_methods_whose_result_is_known_as_something_wider() =>
        Assert.InRange(Entries(static () => _ = Wider<string>(Depth)), 0, Depth + 2);

    private static void AssertOneEach(Action body)
    {
        // the innermost frame and the outermost one of a stretch are entered by the trampoline
        Assert.InRange(Entries(body), 0, 2);
    }

    // How many frames of the runtime library that enter a body the exception has passed.
    private static int Entries(Action body) => GreenThread.Run(() =>
    {
        try
        {
            body();
        }
        catch (InvalidDataException exception)
        {
            StackFrame[] frames = new StackTrace(exception).GetFrames();
            Assert.InRange(frames.Count(f => f.GetMethod()?.DeclaringType?.DeclaringType == typeof(ResumedFramesTests) || f.GetMethod()?.DeclaringType?.DeclaringType == typeof(Chain)), Depth, int.MaxValue);
            return frames.Count(f => f.GetMethod() is { Name: "Reenter" or "Resume" } method && typeof(Frame).IsAssignableFrom(method.DeclaringType));
        }
        throw new UnreachableException();
    });

    private static int Number(int depth)
    {
        if (depth > 1) return Number(depth - 1) + 1;
        GreenThread.Yield();
        throw new InvalidDataException();
    }

    private static string Text(int depth)
    {
        if (depth > 1) return Text(depth - 1) + "1";
        GreenThread.Yield();
        throw new InvalidDataException();
    }

    private static int s_returned;

    private static void Nothing(int depth)
    {
        if (depth > 1)
        {
            Nothing(depth - 1);
            s_returned++;
            return;
        }
        GreenThread.Yield();
        throw new InvalidDataException();
    }

    private static T Generic<T>(int depth)
    {
        if (depth > 1)
        {
            T result = Generic<T>(depth - 1);
            s_returned++;
            return result;
        }
        GreenThread.Yield();
        throw new InvalidDataException();
    }

    private static object? Wider<T>(int depth)
    {
        if (depth > 1)
        {
            object? result = Narrower<T>(depth);
            s_returned++;
            return result;
        }
        GreenThread.Yield();
        throw new InvalidDataException();
    }

    private static T? Narrower<T>(int depth)
    {
        object? result = Wider<T>(depth - 1);
        s_returned++;
        return (T?)result;
    }

    private static int Many(int depth, int a, long b, byte c, long d, int e)
    {
        if (depth > 1) return Many(depth - 1, a, b, c, d, e) + 1;
        GreenThread.Yield();
        throw new InvalidDataException();
    }

    private static (long, long, long) Large(int depth)
    {
        if (depth > 1)
        {
            (long, long, long) result = Large(depth - 1);
            s_returned++;
            return result;
        }
        GreenThread.Yield();
        throw new InvalidDataException();
    }

    private sealed class Chain
    {
        private int _returned;

        public object Next(int depth, object value)
        {
            if (depth > 1)
            {
                object result = Next(depth - 1, value);
                _returned++;
                return result;
            }
            GreenThread.Yield();
            throw new InvalidDataException(_returned.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }
}

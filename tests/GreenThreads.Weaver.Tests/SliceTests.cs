using GreenThreads.Weaver.Tests.Harness;
using Microsoft.CodeAnalysis;

namespace GreenThreads.Weaver.Tests;

/// <summary>
/// Spans that a method of the assembly makes of an object that only it sees: without symbols, where no line of a trace can
/// miss, the caller shows the object and suspends.
/// </summary>
public class SliceTests
{
    private const string Source = """
        using System;
        using System.Runtime.CompilerServices;
        using System.Runtime.InteropServices;

        namespace GreenThreads.Corpus;

        public static class Odd
        {
            public struct Slice(string? text, int start, int length)
            {
                public string? Text = text;
                public int Start = start, Length = length;

                public readonly ReadOnlySpan<char> AsSpan()
                {
                    string? text = Text;
                    int start = Start;
                    if (text is null || start + Length > text.Length) return default;
                    return MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref Unsafe.AsRef(in text.GetPinnableReference()), start), Length);
                }
            }

            public static void Slices(Trace t)
            {
                Slice[] slices = [new("hello world", 6, 5), new(null, 0, 0), new("short", 3, 9), new("abc", 0, 3)];
                for (int i = 0; i < slices.Length; i++)
                {
                    Write(t, slices[i].AsSpan());       // in a loop: the locals of the call start anew
                    ReadOnlySpan<char> text = slices[i].AsSpan();
                    slices[i].Text = W.Id("changed while the span is in use");
                    t.Add(text.ToString());
                    W.Wait();
                    t.Add(text.Length);
                }
            }

            public static void Throws(Trace t)
            {
                Slice slice = new("abc", 2, 1);
                try
                {
                    Write(t, slice.AsSpan());
                    Fail(slice.AsSpan());
                }
                catch (CorpusException e)
                {
                    t.Caught(e);
                    Write(t, slice.AsSpan());
                }
            }

            private static void Write(Trace t, ReadOnlySpan<char> text)
            {
                foreach (char c in text) t.Add(W.Id(c));
                t.Add(text.ToString());
            }

            private static void Fail(ReadOnlySpan<char> text)
            {
                W.Wait();
                throw new CorpusException(text.ToString());
            }
        }
        """;

    [Theory]
    [InlineData(OptimizationLevel.Release)]
    [InlineData(OptimizationLevel.Debug)]
    public void Slices_of_a_struct_suspend(OptimizationLevel level)
    {
        var program = new SmallProgram($"slices-{level}", Source, level, hasSymbols: false);
        try
        {
            Assert.Equal(0, program.ExitCode);
            Assert.DoesNotContain("GT1002", program.Log, StringComparison.Ordinal);
            foreach (string name in new[] { "Odd.Slices", "Odd.Throws" })
            {
                (CaseResult expected, CaseResult actual) = program.Run(name);
                Assert.Equal("end", actual.Event);
                Assert.Equal(expected.Lines, actual.Lines);
                Assert.True(actual.Suspensions > 0);
                Assert.Equal(0, actual.PinnedWaits);
            }
        }
        finally
        {
            program.Delete();
        }
    }
}

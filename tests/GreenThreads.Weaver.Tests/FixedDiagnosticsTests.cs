using GreenThreads.Weaver.Tests.Harness;
using Microsoft.CodeAnalysis;

namespace GreenThreads.Weaver.Tests;

/// <summary>What a fixed statement fixes stays fixed until it ends, whoever uses the pointer.</summary>
public class FixedDiagnosticsTests
{
    private const string Source = """
        namespace GreenThreads.Corpus;

        public unsafe class Odd
        {
            static byte* s_kept;

            public static void Array(byte[] array)
            {
                fixed (byte* start = array)
                {
                    s_kept = start;
                    W.Wait();       // pins
                }
                W.Wait();
            }

            public static void Text(string text)
            {
                W.Wait();
                fixed (char* start = text)
                {
                    s_kept = (byte*)start;
                    W.Wait();       // pins
                }
            }

            public static void InALoop(byte[] array)
            {
                for (int i = 0; i < 3; i++)
                {
                    W.Wait();
                    fixed (byte* start = &array[i])
                    {
                        s_kept = start;
                        W.Wait();   // pins
                    }
                }
            }
        }
        """;

    [Theory]
    [InlineData(OptimizationLevel.Release)]
    [InlineData(OptimizationLevel.Debug)]
    public void A_wait_inside_pins_and_one_outside_does_not(OptimizationLevel level)
    {
        var program = new SmallProgram($"fixed-{level}", Source, level);
        try
        {
            Assert.Equal(0, program.ExitCode);
            string[] lines = Source.Split('\n');
            int[] expected = [.. Enumerable.Range(1, lines.Length).Where(line => lines[line - 1].Contains("// pins", StringComparison.Ordinal))];
            int[] reported =
            [
                .. program.Log.Split('\n').Where(static line => line.Contains("GT1005", StringComparison.Ordinal))
                    .Select(static line => int.Parse(line[(line.IndexOf('(') + 1)..line.IndexOf(',')])).Distinct().Order(),
            ];
            Assert.Equal(expected, reported);
        }
        finally
        {
            program.Delete();
        }
    }
}

using System.Text;

namespace GreenThreads.Weaver.Tests.Harness;

/// <summary>Shows where two traces part.</summary>
internal static class TraceDifference
{
    private const int Context = 3;

    public static string Describe(string[] expected, string[] actual)
    {
        int same = 0;
        while (same < expected.Length && same < actual.Length && expected[same] == actual[same]) same++;
        var text = new StringBuilder($"first {same} lines equal\n");
        for (int i = Math.Max(0, same - Context); i < same; i++) text.Append("    ").AppendLine(expected[i]);
        foreach (string line in expected.Skip(same).Take(20)) text.Append("  - ").AppendLine(line);
        foreach (string line in actual.Skip(same).Take(40)) text.Append("  + ").AppendLine(line);
        return text.ToString();
    }
}

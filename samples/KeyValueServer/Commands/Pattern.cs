namespace KeyValueServer.Commands;

/// <summary>Patterns of keys: * ? [abc] [^a] [a-z] and \ before a letter that is meant as it is.</summary>
internal static class Pattern
{
    /// <summary>Whether a text fits.</summary>
    internal static bool Matches(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> text)
    {
        int p = 0, t = 0, star = -1, starText = 0;
        while (t < text.Length)
        {
            int next = p;
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                starText = t;
            }
            else if (p < pattern.Length && MatchesOne(pattern, ref next, text[t]))
            {
                p = next;
                t++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                t = ++starText; // the star takes one more
            }
            else
            {
                return false;
            }
        }
        while (p < pattern.Length && pattern[p] == '*') p++;
        return p == pattern.Length;
    }

    private static bool MatchesOne(ReadOnlySpan<byte> pattern, ref int p, byte letter)
    {
        byte wanted = pattern[p++];
        if (wanted == '?') return true;
        if (wanted == '\\' && p < pattern.Length) return pattern[p++] == letter;
        if (wanted != '[') return wanted == letter;
        bool not = p < pattern.Length && pattern[p] == '^';
        if (not) p++;
        bool found = false;
        while (p < pattern.Length && pattern[p] != ']')
        {
            if (pattern[p] == '\\' && p + 1 < pattern.Length) p++;
            byte low = pattern[p++], high = low;
            if (p + 1 < pattern.Length && pattern[p] == '-' && pattern[p + 1] != ']')
            {
                high = pattern[p + 1];
                p += 2;
            }
            found |= letter >= Math.Min(low, high) && letter <= Math.Max(low, high);
        }
        p++;
        return found != not;
    }
}

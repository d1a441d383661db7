using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace GreenThreads.Analyzers.Code;

/// <summary>Where words stand in the text of a compilation, without making the syntax of it.</summary>
/// <remarks>
/// One pass over the text makes a filter for each file: a set of bits of the hashes of its words. A question reads only the files
/// whose filter has the word, and several words are looked for in one pass. Comments and strings count: who asks looks at the
/// token. Immutable once made.
/// </remarks>
internal sealed class SourceWords
{
    private const uint Offset = 2166136261, Prime = 16777619; // FNV-1a
    private readonly ImmutableArray<File> _files;

    private SourceWords(ImmutableArray<File> files) => _files = files;

    /// <summary>A word of the text.</summary>
    /// <param name="Tree">Its file.</param>
    /// <param name="Position">Where it begins, in characters.</param>
    /// <param name="Text">The word.</param>
    /// <param name="Following">The first character after it that is no space; 0 at the end.</param>
    public readonly record struct Word(SyntaxTree Tree, int Position, string Text, char Following);

    private readonly record struct File(SyntaxTree Tree, string Text, uint[] Filter)
    {
        // A power of two of bits, about one for each four characters: a word is some ten characters, and most are repeated.
        public static File Of(SyntaxTree tree)
        {
            string text = tree.GetText().ToString();
            int cells = 8;
            while (cells * 128 < text.Length) cells *= 2;
            var filter = new uint[cells];
            int at = 0;
            while (Next(text, ref at, out _, out uint hash)) filter[hash >> 5 & (uint)(cells - 1)] |= 1u << (int)(hash & 31);
            return new File(tree, text, filter);
        }

        public bool MayHave(uint hash) => (Filter[hash >> 5 & (uint)(Filter.Length - 1)] & 1u << (int)(hash & 31)) != 0;
    }

    /// <summary>Reads the text of all files.</summary>
    public static SourceWords Of(Compilation compilation) => new([.. compilation.SyntaxTrees.Select(File.Of)]);

    /// <summary>Whether the word is somewhere in the text.</summary>
    public bool Has(string word) => Find([word]).Any();

    /// <summary>Where the words stand, file by file.</summary>
    public IEnumerable<Word> Find(IReadOnlyCollection<string> words) => words.Count == 1 ? Find(words.First()) : FindAll(words);

    private IEnumerable<Word> FindAll(IReadOnlyCollection<string> words)
    {
        var hashes = new Dictionary<uint, string>();
        foreach (string word in words) hashes[HashOf(word)] = word; // of two with one hash the later one, as good as never
        foreach (File file in _files)
        {
            if (!hashes.Keys.Any(file.MayHave)) continue;
            int at = 0;
            while (Next(file.Text, ref at, out int start, out uint hash))
            {
                if (file.MayHave(hash) && hashes.TryGetValue(hash, out string? word) && word.Length == at - start && string.CompareOrdinal(file.Text, start, word, 0, word.Length) == 0)
                    yield return new Word(file.Tree, start, word, After(file.Text, at));
            }
        }
    }

    // One word: searching for characters is many times faster than hashing all words.
    private IEnumerable<Word> Find(string word)
    {
        uint hash = HashOf(word);
        foreach (File file in _files)
        {
            if (!file.MayHave(hash)) continue;
            for (int at = file.Text.IndexOf(word, StringComparison.Ordinal); at >= 0; at = file.Text.IndexOf(word, at + word.Length, StringComparison.Ordinal))
            {
                int end = at + word.Length;
                if ((at == 0 || !IsPart(file.Text[at - 1])) && (end == file.Text.Length || !IsPart(file.Text[end]))) yield return new Word(file.Tree, at, word, After(file.Text, end));
            }
        }
    }

    private static char After(string text, int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
        return at < text.Length ? text[at] : '\0';
    }

    private static uint HashOf(string word)
    {
        int at = 0;
        return Next(word, ref at, out _, out uint hash) ? hash : 0;
    }

    // The next word: letters, digits, _ and everything beyond ASCII. What begins with a digit is none.
    private static bool Next(string text, ref int at, out int start, out uint hash)
    {
        while (at < text.Length)
        {
            start = at;
            hash = Offset;
            while (at < text.Length && IsPart(text[at])) hash = (hash ^ text[at++]) * Prime;
            if (at == start) at++;
            else if (text[start] is < '0' or > '9') return true;
        }
        start = at;
        hash = 0;
        return false;
    }

    private static bool IsPart(char c) => (uint)((c | 0x20) - 'a') <= 'z' - 'a' || c is '_' or >= '\u0080' || (uint)(c - '0') <= 9;
}

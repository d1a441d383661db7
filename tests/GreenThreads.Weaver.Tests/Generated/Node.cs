using System.Text;

namespace GreenThreads.Weaver.Tests.Generated;

/// <summary>A statement of a generated program: text around nested statements. What the shrinker takes away.</summary>
internal sealed class Node(string head, string tail = "", params IEnumerable<Node> children)
{
    public string Head { get; } = head;

    public string Tail { get; } = tail;

    public List<Node> Children { get; } = [.. children];

    /// <summary>Whether it may be taken away: not the frame of a class or method, nor the parts of a try.</summary>
    public bool CanGo { get; init; } = true;

    public void Render(StringBuilder text, int depth)
    {
        string indent = new(' ', depth * 4);
        if (Head.Length > 0) text.Append(indent).AppendLine(Head);
        foreach (Node child in Children) child.Render(text, depth + 1);
        if (Tail.Length > 0) text.Append(indent).AppendLine(Tail);
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        Render(text, 0);
        return text.ToString();
    }

    /// <summary>All programs with one statement less, or with one replaced by what it contains; the biggest cuts first.</summary>
    public IEnumerable<Node> Smaller()
    {
        for (int i = 0; i < Children.Count; i++)
        {
            Node child = Children[i];
            if (child.CanGo)
            {
                yield return With(i, []);
                if (child.Children.Count > 0) yield return With(i, child.Children.SelectMany(c => c.CanGo ? [c] : c.Children));
            }
        }
        for (int i = 0; i < Children.Count; i++)
        {
            foreach (Node smaller in Children[i].Smaller()) yield return With(i, [smaller]);
        }
    }

    private Node With(int index, IEnumerable<Node> replacement) =>
        new(Head, Tail, [.. Children.Take(index), .. replacement, .. Children.Skip(index + 1)]) { CanGo = CanGo };
}

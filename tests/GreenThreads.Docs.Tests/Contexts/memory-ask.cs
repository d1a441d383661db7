// docs/memory.md: a stream.
#pragma warning disable

static class Program
{
    static void Main()
    {
        var stream = new MemoryStream();
        // What is made once.
        new StreamReader(stream);
        new StreamWriter(stream);
// <code>
    }
}

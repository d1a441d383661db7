// docs/channels.md: what to do; the block declares its channels itself.
#pragma warning disable
using GreenThreads;

class Job { public void Run() { } }

static class Fragment
{
    static Job[] todo = [new(), new()];

    static void Main()
    {
// <code>
    }
}

// docs/pinning.md: a native library that blocks.
#pragma warning disable
using GreenThreads;

static class Fragment
{
    static void Run(byte[] input)
    {
// <code>
    }
}

static class NativeLibrary
{
    public static int Compress(byte[] input) => input.Length;
}

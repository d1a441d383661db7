// docs/pinning.md: members that read.
#pragma warning disable
using System.Buffers;
using GreenThreads;

static class Fragment
{
// <code>
}

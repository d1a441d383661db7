// docs/pinning.md: types.
#pragma warning disable
using GreenThreads;

// <code>

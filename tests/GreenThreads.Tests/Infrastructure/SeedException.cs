namespace GreenThreads.Tests.Infrastructure;

/// <summary>A randomised test failed; the message names the seed that repeats it.</summary>
/// <param name="message">Names the seed.</param>
/// <param name="inner">What the test threw.</param>
public sealed class SeedException(string message, Exception inner) : Exception(message, inner);

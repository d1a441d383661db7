namespace GreenThreads.Tests.Infrastructure;

/// <summary>A frame that cannot be unwound.</summary>
[NotWoven]
internal static class Pinned
{
    /// <summary>Calls the body below a method that is not woven: waits in it are pinned.</summary>
    internal static void Call(Action body) => body();

    /// <summary>As <see cref="Call(Action)"/>, with a result.</summary>
    internal static T Call<T>(Func<T> body) => body();
}

using GreenThreads.Scheduling;

namespace GreenThreads.Blocking;

/// <summary>Waits until several handles are signalled at once.</summary>
internal static class HandleWaitAll
{
    /// <summary>Waits; suspends a green thread.</summary>
    /// <remarks>
    /// The signals have to be taken all at once or not at all, which only the plain call can do, and it blocks. So it is
    /// tried without waiting whenever each handle has been seen signalled; a signal that was taken to see it is given back.
    /// </remarks>
    /// <param name="handles">None of them a mutex.</param>
    /// <param name="millisecondsTimeout">Positive, or infinite.</param>
    /// <returns>False when the time has passed.</returns>
    internal static bool Wait(WaitHandle[] handles, int millisecondsTimeout)
    {
        long deadline = Deadline.After(millisecondsTimeout, nameof(millisecondsTimeout));
        while (true)
        {
            for (int i = 0; i < handles.Length; i++)
            {
                if (!handles[i].WaitOne(0))
                {
                    int left = Deadline.MillisecondsLeft(deadline);
                    if (left == 0 || HandleWait.Any([handles[i]], left) == WaitHandle.WaitTimeout) return false;
                }
                HandleWait.GiveBack(handles[i]);
            }
            if (WaitHandle.WaitAll(handles, 0)) return true;
            GreenThread.Yield(); // who has taken one of them in between
        }
    }
}

using System.Net.Sockets;
using System.Reflection;
using GreenThreads.Net;

namespace GreenThreads.Tests.Net;

/// <summary>Our mapping of error numbers against that of the framework.</summary>
public class SocketErrorsTests
{
    [Fact]
    public void Every_error_number_maps_as_in_the_framework()
    {
        Assembly sockets = typeof(Socket).Assembly;
        MethodInfo toPal = sockets.GetType("Interop+Sys", throwOnError: true)!.GetMethod(
            "ConvertErrorPlatformToPal", BindingFlags.NonPublic | BindingFlags.Static)!;
        MethodInfo toSocketError = sockets.GetType("System.Net.Sockets.SocketErrorPal", throwOnError: true)!.GetMethod(
            "GetSocketErrorForNativeError", BindingFlags.NonPublic | BindingFlags.Static)!;
        for (int errno = 1; errno <= 133; errno++)
        {
            object pal = toPal.Invoke(null, [errno])!;
            Assert.Equal((errno, (SocketError)toSocketError.Invoke(null, [pal])!), (errno, SocketErrors.FromErrno(errno)));
        }
    }

    [Fact]
    public void A_result_holds_every_error_and_every_number_of_bytes()
    {
        foreach (SocketError error in Enum.GetValues<SocketError>())
        {
            if (error == SocketError.Success) continue;
            int result = SocketResult.Of(error);
            Assert.True(result < 0 && result != SocketResult.Wait && result != SocketResult.Unwatched, $"{error}");
            Assert.Equal(error, SocketResult.Error(result));
            Assert.Equal(0, SocketResult.Bytes(result));
        }
        Assert.Equal(SocketError.Success, SocketResult.Error(17));
        Assert.Equal(17, SocketResult.Bytes(17));
    }
}

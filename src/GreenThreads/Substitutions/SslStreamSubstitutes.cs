using System.ComponentModel;
using System.Net.Security;
using GreenThreads.Twins;

namespace GreenThreads.Substitutions;

// Reading, writing and authenticating go by the twins. Over a network stream these would wait in .NET's poller and go on on threads
// of the pool; over a DrivenStream the green thread itself waits, and does what comes then. Nobody sees the difference:
// only a class derived from SslStream can get at the stream inside, and of such a class the constructor is not replaced.

/// <summary>Takes the place of the constructors of <see cref="SslStream"/> in woven code.</summary>
[Prepares]
[Substitute(typeof(SslStream))]
[EditorBrowsable(EditorBrowsableState.Never)]
public static class SslStreamSubstitutes
{
    /// <inheritdoc cref="SslStream(Stream)"/>
    /// <param name="innerStream">What the encrypted data goes over.</param>
    /// <returns>The new stream.</returns>
    public static SslStream Create(Stream innerStream) => new(DrivenStream.Over(innerStream));

    /// <inheritdoc cref="SslStream(Stream, bool)"/>
    /// <param name="innerStream">What the encrypted data goes over.</param>
    /// <param name="leaveInnerStreamOpen">Whether the end of this stream leaves that one open.</param>
    /// <returns>The new stream.</returns>
    public static SslStream Create(Stream innerStream, bool leaveInnerStreamOpen) => new(DrivenStream.Over(innerStream), leaveInnerStreamOpen);

    /// <inheritdoc cref="SslStream(Stream, bool, RemoteCertificateValidationCallback)"/>
    /// <param name="innerStream">What the encrypted data goes over.</param>
    /// <param name="leaveInnerStreamOpen">Whether the end of this stream leaves that one open.</param>
    /// <param name="userCertificateValidationCallback">Judges the peer's certificate.</param>
    /// <returns>The new stream.</returns>
    public static SslStream Create(Stream innerStream, bool leaveInnerStreamOpen, RemoteCertificateValidationCallback? userCertificateValidationCallback) =>
        new(DrivenStream.Over(innerStream), leaveInnerStreamOpen, userCertificateValidationCallback);

    /// <inheritdoc cref="SslStream(Stream, bool, RemoteCertificateValidationCallback, LocalCertificateSelectionCallback)"/>
    /// <param name="innerStream">What the encrypted data goes over.</param>
    /// <param name="leaveInnerStreamOpen">Whether the end of this stream leaves that one open.</param>
    /// <param name="userCertificateValidationCallback">Judges the peer's certificate.</param>
    /// <param name="userCertificateSelectionCallback">Chooses the own certificate.</param>
    /// <returns>The new stream.</returns>
    public static SslStream Create(
        Stream innerStream,
        bool leaveInnerStreamOpen,
        RemoteCertificateValidationCallback? userCertificateValidationCallback,
        LocalCertificateSelectionCallback? userCertificateSelectionCallback) =>
        new(DrivenStream.Over(innerStream), leaveInnerStreamOpen, userCertificateValidationCallback, userCertificateSelectionCallback);

    /// <inheritdoc cref="SslStream(Stream, bool, RemoteCertificateValidationCallback, LocalCertificateSelectionCallback, EncryptionPolicy)"/>
    /// <param name="innerStream">What the encrypted data goes over.</param>
    /// <param name="leaveInnerStreamOpen">Whether the end of this stream leaves that one open.</param>
    /// <param name="userCertificateValidationCallback">Judges the peer's certificate.</param>
    /// <param name="userCertificateSelectionCallback">Chooses the own certificate.</param>
    /// <param name="encryptionPolicy">Whether there is to be encryption.</param>
    /// <returns>The new stream.</returns>
    public static SslStream Create(
        Stream innerStream,
        bool leaveInnerStreamOpen,
        RemoteCertificateValidationCallback? userCertificateValidationCallback,
        LocalCertificateSelectionCallback? userCertificateSelectionCallback,
        EncryptionPolicy encryptionPolicy) =>
        new(DrivenStream.Over(innerStream), leaveInnerStreamOpen, userCertificateValidationCallback, userCertificateSelectionCallback, encryptionPolicy);
}

namespace Samples.Common;

/// <summary>A connection of a <see cref="DrainingServer"/>.</summary>
public interface IServedConnection : IDisposable
{
    /// <summary>Serves it to its end.</summary>
    void Serve();

    /// <summary>The server drains: end the reading, as soon as nothing is left that the peer waits for. From any thread; does not wait.</summary>
    void EndReading();
}

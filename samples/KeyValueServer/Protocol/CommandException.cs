namespace KeyValueServer.Protocol;

/// <summary>A command that cannot be carried out; the connection goes on.</summary>
/// <param name="error">As Redis says it, with its code: "ERR ...", "WRONGTYPE ...".</param>
internal sealed class CommandException(string error) : Exception(error)
{
    /// <summary>An option that is not known, or in the wrong place.</summary>
    internal static CommandException Syntax() => new("ERR syntax error");

    /// <summary>An argument that has to be an integer.</summary>
    internal static CommandException NotInteger() => new("ERR value is not an integer or out of range");

    /// <summary>The key holds something else.</summary>
    internal static CommandException WrongType() => new("WRONGTYPE Operation against a key holding the wrong kind of value");

    /// <summary>Too few or too many arguments.</summary>
    internal static CommandException Arity(string command) => new($"ERR wrong number of arguments for '{command}' command");
}

using System.CommandLine;
using System.Globalization;
using System.Net;

namespace Samples.Common;

/// <summary>Options that are alike in many samples.</summary>
public static class CommonOptions
{
    /// <summary>An option that is a number within bounds.</summary>
    /// <param name="name">With its dashes.</param>
    /// <param name="description">For the help.</param>
    /// <param name="usual">Where it is not given.</param>
    /// <param name="least">The least value allowed.</param>
    /// <param name="most">The greatest value allowed.</param>
    /// <returns>The option.</returns>
    public static Option<int> Number(string name, string description, int usual, int least, int most)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => usual, HelpName = "N" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 0 || !int.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out int value)) return; // the parser says so
            if (value < least || value > most) result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} has to be between {least} and {most}."));
        });
        return option;
    }

    /// <summary>The option that says where a server listens.</summary>
    /// <returns>The option; see <see cref="EndPoint"/>.</returns>
    public static Option<string> Address()
    {
        var option = new Option<string>("--address")
        {
            Description = "Where to listen; 0.0.0.0 for all addresses of this machine.",
            DefaultValueFactory = _ => "127.0.0.1",
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !IPAddress.TryParse(result.Tokens[0].Value, out _)) result.AddError($"{result.Tokens[0].Value} is no IP address.");
        });
        return option;
    }

    /// <summary>The option that says on which port a server listens.</summary>
    /// <param name="usual">Where it is not given.</param>
    /// <returns>The option.</returns>
    public static Option<int> Port(int usual) => Number("--port", "The port; 0 for any free one.", usual, 0, 65535);

    /// <summary>The option that bounds the connections of a server.</summary>
    /// <returns>The option.</returns>
    public static Option<int> MaxConnections() => Number("--max-connections", "Connections that are served at a time.", 10_000, 1, 10_000_000);

    /// <summary>Where to listen.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="address">See <see cref="Address"/>.</param>
    /// <param name="port">See <see cref="Port"/>.</param>
    /// <returns>Address and port.</returns>
    public static IPEndPoint EndPoint(this ParseResult parsed, Option<string> address, Option<int> port) =>
        new(IPAddress.Parse(parsed.GetValue(address)!), parsed.GetValue(port));

    /// <summary>Runs a command line; signals are the command's own business.</summary>
    /// <param name="root">The commands.</param>
    /// <param name="usual">The command that is meant where none is named.</param>
    /// <param name="args">The arguments.</param>
    /// <returns>The exit code.</returns>
    public static int Run(this RootCommand root, string usual, string[] args)
    {
        bool namesCommand = args.Length > 0 && (root.Subcommands.Any(command => command.Name == args[0]) || args[0] is "-h" or "--help" or "-?" or "--version");
        return root.Parse(namesCommand ? args : [usual, .. args]).Invoke(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Text;
using GreenThreads;
using KeyValueServer.Protocol;
using KeyValueServer.Store;

namespace KeyValueServer.Commands;

/// <summary>The connection and the server.</summary>
[NotWoven]
internal static class ServerCommands
{
    private const string Version = "7.0.0"; // of the protocol's commands; clients look at it

    private static readonly long s_started = Stopwatch.GetTimestamp();

    private static readonly Dictionary<string, string> s_settings = new(StringComparer.OrdinalIgnoreCase)
    {
        ["save"] = "", ["appendonly"] = "no", ["maxmemory"] = "0", ["maxmemory-policy"] = "noeviction", ["databases"] = "1", ["timeout"] = "0",
    };

    internal static Command[] All { get; } =
    [
        new("ping", -1, "fast", Ping) { IsForSubscribers = true },
        new("echo", 2, "fast", call => call.Reply.Bulk(call[1])),
        new("quit", -1, "fast", Quit) { IsForSubscribers = true },
        new("select", 2, "fast", Select),
        new("auth", -2, "fast", _ => throw new CommandException("ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?")),
        new("hello", -1, "fast", Hello),
        new("client", -2, "", ClientCommand),
        new("command", -1, "", CommandCommand),
        new("config", -2, "", Config),
        new("info", -1, "", Info),
        new("time", 1, "fast", Time),
    ];

    private static void Ping(Call call)
    {
        if (call.Count > 2) throw CommandException.Arity("ping");
        if (call.Client.IsSubscribed)
        {
            call.Reply.Array(2);
            call.Reply.Bulk("pong"u8);
            call.Reply.Bulk(call.Count == 2 ? call[1] : []);
        }
        else if (call.Count == 2)
        {
            call.Reply.Bulk(call[1]);
        }
        else
        {
            call.Reply.Add("+PONG\r\n"u8);
        }
    }

    private static void Quit(Call call)
    {
        call.Reply.Ok();
        call.Client.End();
    }

    private static void Select(Call call)
    {
        if (call.Integer(1) != 0) throw new CommandException("ERR DB index is out of range");
        call.Reply.Ok();
    }

    private static void Hello(Call call)
    {
        if (call.Count > 1 && (!Call.TryInteger(call[1], out long version) || version != 2)) throw new CommandException("NOPROTO unsupported protocol version");
        call.Reply.Array(8);
        foreach (string text in (string[])["server", "redis", "version", Version, "proto"]) call.Reply.Bulk(text);
        call.Reply.Number(2);
        call.Reply.Bulk("mode"u8);
        call.Reply.Bulk("standalone"u8);
    }

    private static void ClientCommand(Call call)
    {
        if (call.Is(1, "ID"u8))
        {
            call.Reply.Number(call.Client.Id);
        }
        else if (call.Is(1, "GETNAME"u8))
        {
            if (call.Client.Name is { } name) call.Reply.Bulk(name);
            else call.Reply.Null();
        }
        else if (call.Is(1, "SETNAME"u8) && call.Count == 3)
        {
            if (call[2].ContainsAnyInRange((byte)0, (byte)' ')) throw new CommandException("ERR Client names cannot contain spaces, newlines or special characters.");
            call.Client.Name = call.Text(2);
            call.Reply.Ok();
        }
        else if (call.Is(1, "SETINFO"u8))
        {
            call.Reply.Ok();
        }
        else
        {
            throw UnknownSubcommand(call, "CLIENT");
        }
    }

    private static CommandException UnknownSubcommand(Call call, string command) =>
        new($"ERR unknown subcommand or wrong number of arguments for '{call.Text(1)}'. Try {command} HELP.");

    private static void CommandCommand(Call call)
    {
        if (call.Count == 1)
        {
            call.Reply.Array(CommandTable.All.Count);
            foreach (Command command in CommandTable.All) Describe(call, command);
        }
        else if (call.Is(1, "COUNT"u8))
        {
            call.Reply.Number(CommandTable.All.Count);
        }
        else if (call.Is(1, "DOCS"u8))
        {
            call.Reply.Array(0); // none; redis-cli does without
        }
        else if (call.Is(1, "LIST"u8))
        {
            call.Reply.Array(CommandTable.All.Count);
            foreach (Command command in CommandTable.All) call.Reply.Bulk(command.Name);
        }
        else if (call.Is(1, "INFO"u8))
        {
            call.Reply.Array(call.Count - 2);
            for (int i = 2; i < call.Count; i++)
            {
                if (CommandTable.Find(call[i]) is { } command) Describe(call, command);
                else call.Reply.NullArray();
            }
        }
        else
        {
            throw UnknownSubcommand(call, "COMMAND");
        }
    }

    private static void Describe(Call call, Command command)
    {
        call.Reply.Array(6);
        call.Reply.Bulk(command.Name);
        call.Reply.Number(command.Arity);
        call.Reply.Array(command.Flags.Length == 0 ? 0 : 1);
        if (command.Flags.Length > 0) call.Reply.Simple(command.Flags);
        call.Reply.Number(command.Keys.First);
        call.Reply.Number(command.Keys.Last);
        call.Reply.Number(command.Keys.Step);
    }

    private static void Config(Call call)
    {
        if (call.Is(1, "RESETSTAT"u8))
        {
            call.Reply.Ok();
            return;
        }
        if (!call.Is(1, "GET"u8) || call.Count < 3) throw UnknownSubcommand(call, "CONFIG");
        byte[][] patterns = [.. Enumerable.Range(2, call.Count - 2).Select(call.Arguments.Copy)];
        KeyValuePair<string, string>[] found = [.. s_settings.Where(setting => patterns.Any(pattern => Pattern.Matches(pattern, Encoding.ASCII.GetBytes(setting.Key))))];
        call.Reply.Array(found.Length * 2);
        foreach ((string name, string value) in found)
        {
            call.Reply.Bulk(name);
            call.Reply.Bulk(value);
        }
    }

    private static void Info(Call call)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        (string Name, string Text)[] sections =
        [
            ("Server", string.Create(culture, $"redis_version:{Version}\r\nredis_mode:standalone\r\nprocess_id:{Environment.ProcessId}\r\nuptime_in_seconds:{(long)Stopwatch.GetElapsedTime(s_started).TotalSeconds}\r\n")),
            ("Clients", string.Create(culture, $"connected_clients:{call.Client.Server.Connections}\r\nblocked_clients:{call.Keyspace.Waiters.Count}\r\n")),
            ("Memory", string.Create(culture, $"used_memory:{GC.GetTotalMemory(false)}\r\n")),
            ("Stats", string.Create(culture, $"total_connections_received:{call.Client.Server.Accepted}\r\n")),
            ("Keyspace", call.Keyspace.Count == 0 ? "" : string.Create(culture, $"db0:keys={call.Keyspace.Count},expires={call.Keyspace.ExpiringCount},avg_ttl=0\r\n")),
        ];
        var text = new StringBuilder();
        foreach ((string name, string lines) in sections)
        {
            if (call.Count > 1 && !call.Text(1).Equals(name, StringComparison.OrdinalIgnoreCase) && !call.Is(1, "all"u8) && !call.Is(1, "default"u8) && !call.Is(1, "everything"u8)) continue;
            text.Append(culture, $"{(text.Length == 0 ? "" : "\r\n")}# {name}\r\n{lines}");
        }
        call.Reply.Bulk(text.ToString());
    }

    private static void Time(Call call)
    {
        long microseconds = (DateTime.UtcNow - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        call.Reply.Array(2);
        call.Reply.Bulk(Reply.Text(microseconds / 1_000_000));
        call.Reply.Bulk(Reply.Text(microseconds % 1_000_000));
    }
}

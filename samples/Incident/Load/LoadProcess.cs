using System.Collections.Concurrent;
using System.Diagnostics;
using Incident.Measurement;
using Incident.Protocol;

namespace Incident.Load;

/// <summary>
/// The client process: opens connections, keeps them, and loads the server. The same for every kind of server.
/// </summary>
internal sealed class LoadProcess
{
    private const int OpenWindow = 128; // connections that are being opened at a time
    private const int CheckWindow = 256; // connections that are being checked at a time
    private const int PollMs = 50;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20); // without any progress

    private readonly ParentPipe _parent;
    private readonly ConnectionSet _connections = new();

    // Written by the command reader, read by the phase that runs.
    private volatile bool _halt;

    private LoadProcess(ParentPipe parent) => _parent = parent;

    /// <summary>Carries out commands until the supervisor closes the pipe.</summary>
    /// <returns>The exit code.</returns>
    internal static int Run()
    {
        ProcessLimits.PrepareChild();
        using var parent = new ParentPipe();
        var process = new LoadProcess(parent);
        var commands = new BlockingCollection<Command>();
        new Thread(() => process.ReadCommands(commands)) { IsBackground = true, Name = "commands" }.Start();
        parent.Write(new Event(Event.Ready));
        foreach (Command command in commands.GetConsumingEnumerable()) process.Execute(command);
        return 0;
    }

    private void ReadCommands(BlockingCollection<Command> commands)
    {
        while (_parent.Read() is { } command)
        {
            if (command.Name == Command.Halt) _halt = true;
            else commands.Add(command);
        }
        Environment.Exit(0); // the supervisor has gone: in the middle of a phase, too
    }

    private void Execute(Command command)
    {
        switch (command.Name)
        {
            case Command.Open:
                _halt = false;
                Open(command.Port, command.Count);
                break;
            case Command.PingPong:
                PingPong(command.Count, command.WarmUpSeconds, command.Seconds);
                break;
            case Command.Check:
                Check();
                break;
            case Command.Close:
                _connections.CloseAll();
                _parent.Write(new Event(Event.Closed));
                break;
            default:
                throw new InvalidDataException($"The command '{command.Name}' is not known.");
        }
    }

    // A connection counts as open when its first echo is back: what waits in the server's backlog is not served.
    private void Open(int port, int count)
    {
        _connections.Reserve(count);
        int wanted = _connections.Started + count;
        int most = _connections.Idle;
        string? problem = null;
        var patience = new Patience(s_patience);
        var pace = new Pace(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            while (problem is null && _connections.Started < wanted && _connections.UnderWay < OpenWindow)
                problem = _halt ? "halted" : _connections.Start(port);
            if (_connections.UnderWay == 0) break;
            int events = _connections.Poll(PollMs);
            for (int i = 0; i < events; i++) _connections.CompletesEcho(i, out _);
            if (_connections.Idle > most)
            {
                most = _connections.Idle;
                patience.Restart();
            }
            problem ??= _connections.FirstLoss;
            if (patience.IsOver)
            {
                problem ??= $"no answer for {s_patience.TotalSeconds:0} s";
                break;
            }
            if (pace.IsDue) _parent.Write(new Event(Event.Progress) { Count = most });
        }
        _parent.Write(new Event(Event.Opened) { Count = most, Problem = problem });
    }

    private void PingPong(int active, double warmUpSeconds, double seconds)
    {
        int[] chosen = Choose(active);
        var sentAt = new long[_connections.Started];
        var histogram = new LatencyHistogram();
        var pace = new Pace(TimeSpan.FromMilliseconds(250));
        long start = Stopwatch.GetTimestamp() + (long)(warmUpSeconds * Stopwatch.Frequency);
        long end = start + (long)(seconds * Stopwatch.Frequency);
        double nanosecondsPerTick = 1e9 / Stopwatch.Frequency;
        long roundTrips = 0;
        foreach (int number in chosen)
        {
            sentAt[number] = Stopwatch.GetTimestamp();
            _connections.Send(number);
        }
        var patience = new Patience(s_patience);
        while (_connections.UnderWay > 0 && !patience.IsOver)
        {
            int events = _connections.Poll(PollMs);
            if (events > 0) patience.Restart();
            for (int i = 0; i < events; i++)
            {
                if (!_connections.CompletesEcho(i, out int number)) continue;
                long now = Stopwatch.GetTimestamp();
                if (now >= end) continue;
                if (now >= start)
                {
                    roundTrips++;
                    histogram.Add((long)((now - sentAt[number]) * nanosecondsPerTick));
                }
                sentAt[number] = now;
                _connections.Send(number);
            }
            if (pace.IsDue) _parent.Write(new Event(Event.Progress) { RoundTrips = roundTrips });
        }
        _parent.Write(new Event(Event.PingPonged)
        {
            RoundTrips = roundTrips,
            Seconds = seconds,
            Latencies = histogram.ToPairs(),
            Count = _connections.Idle,
            Problem = _connections.UnderWay > 0 ? $"no echo for {s_patience.TotalSeconds:0} s" : _connections.FirstLoss,
        });
    }

    private void Check()
    {
        int next = 0, answered = 0;
        var patience = new Patience(s_patience);
        var pace = new Pace(TimeSpan.FromMilliseconds(100));
        while (!patience.IsOver)
        {
            for (; next < _connections.Started && _connections.UnderWay < CheckWindow; next++)
                if (_connections.IsIdle(next))
                    _connections.Send(next);
            if (_connections.UnderWay == 0) break;
            int events = _connections.Poll(PollMs);
            for (int i = 0; i < events; i++)
                if (_connections.CompletesEcho(i, out _))
                    answered++;
            if (events > 0) patience.Restart();
            if (pace.IsDue) _parent.Write(new Event(Event.Progress) { Count = answered });
        }
        _parent.Write(new Event(Event.Checked) { Count = answered, Problem = _connections.FirstLoss });
    }

    // Idle connections, spread over all of them.
    private int[] Choose(int active)
    {
        var idle = new List<int>(_connections.Idle);
        for (int number = 0; number < _connections.Started; number++)
            if (_connections.IsIdle(number))
                idle.Add(number);
        int count = Math.Min(active, idle.Count);
        var chosen = new int[count];
        for (int i = 0; i < count; i++) chosen[i] = idle[(int)((long)i * idle.Count / count)];
        return chosen;
    }
}

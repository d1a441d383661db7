using Learn;
using Learn.Experiments;

if (ChildCommand.TryRun(args) is { } exitCode) return exitCode;
AppDomain.CurrentDomain.ProcessExit += static (_, _) => ChildProcess.EndAll();
return CommandLine.Create().Parse(args).Invoke();

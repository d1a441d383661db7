using System.IO;
using System.IO.Pipes;
using System.Threading.Tasks;

string name = args[0];
var housekeeping = new Thread(() =>
{
    while (true)
    {
        Thread.Sleep(60_000);
        Console.WriteLine("alive");
    }
});
housekeeping.IsBackground = true;
housekeeping.Start();
while (true)
{
    var pipe = new NamedPipeServerStream(name, PipeDirection.InOut, -1, PipeTransmissionMode.Byte, PipeOptions.Asynchronous);
    await pipe.WaitForConnectionAsync();
    _ = Echo(pipe);
}

static async Task Echo(NamedPipeServerStream pipe)
{
    await using NamedPipeServerStream owned = pipe;
    using var reader = new StreamReader(pipe);
    await using var writer = new StreamWriter(pipe) { AutoFlush = true };
    while (await reader.ReadLineAsync() is { } line) await writer.WriteLineAsync(line);
}

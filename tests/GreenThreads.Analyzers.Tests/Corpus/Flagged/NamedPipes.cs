// protocol: pipe
using System.IO;
using System.IO.Pipes;

string name = args[0];
Console.WriteLine("ready");
while (true)
{
    var pipe = new NamedPipeServerStream(name, PipeDirection.InOut, NamedPipeServerStream.MaxAllowedServerInstances);
    pipe.WaitForConnection();
    var thread = new Thread(() => Serve(pipe)); // GT2001
    thread.Start();
}

static void Serve(NamedPipeServerStream pipe)
{
    using (pipe)
    {
        using var reader = new StreamReader(pipe, leaveOpen: true);
        using var writer = new StreamWriter(pipe, leaveOpen: true) { AutoFlush = true };
        string? line;
        while ((line = reader.ReadLine()) != null) writer.WriteLine(line);
    }
}

using System.Collections.Immutable;
using GreenThreads.Analyzers.Tests.Infrastructure;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace GreenThreads.Analyzers.Tests;

/// <summary>
/// In an editor, and for the command that reviews a solution, what a project refers to in another one has source, which is not its own.
/// </summary>
public class SeveralProjectsTests
{
    private const string Library = """
        using System.Net.Sockets;
        public static class Library
        {
            public static readonly string Text = Load();
            public static Action? Arrived;
            public static string Load() { Thread.Sleep(10); return ""; }
            public static Socket Next(Socket listener) => listener.Accept();
            public static void Begin(Action body) => new Thread(() => body()).Start();
            public static void Serve(Socket socket) { Thread.Sleep(1); socket.Dispose(); }
        }
        public abstract class Server
        {
            public void Run(Socket listener) { while (true) Accepted(Library.Next(listener)); }
            protected abstract void Accepted(Socket socket);
        }
        """;

    private const string Application = """
        using System.Net.Sockets;
        static class Application
        {
            static readonly string s_text = Library.Load();
            static void Run(Socket listener)
            {
                while (true)
                {
                    Socket socket = listener.Accept();
                    new Thread(() => Library.Serve(socket)).Start(); // GT2001
                }
            }
            static void Other(Socket listener)
            {
                for (Socket socket = Library.Next(listener); ; socket = Library.Next(listener)) Library.Begin(() => Library.Serve(socket));
            }
            static void Watch() => Library.Arrived += Start;
            static void Start() => Library.Begin(() => { });
        }
        sealed class Own : Server
        {
            protected override void Accepted(Socket socket) => Task.Run(() => Library.Serve(socket));
        }
        """;

    [Fact]
    public async Task Code_of_another_project_is_not_looked_into()
    {
        CSharpCompilation library = CorpusProgram.Compile("Library", Library);
        CSharpCompilation application = CorpusProgram.Compile("Application", Application).AddReferences(library.ToMetadataReference());
        DiagnosticAnalyzer[] analyzers =
        [
            new ThreadPerConnectionAnalyzer(), new BlockedPoolThreadAnalyzer(), new CarrierStateAnalyzer(), new GreenThreadLifetimeAnalyzer(),
            new StaticConstructorAnalyzer(),
        ];
        ImmutableArray<Diagnostic> diagnostics = await CorpusProgram.AnalyzeAsync(application, analyzers);
        Assert.Equal(CorpusProgram.ExpectedIn(Application), CorpusProgram.Places(diagnostics));
    }
}

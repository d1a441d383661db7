using GreenThreads.Analyzers.Tests.Infrastructure;
using GreenThreads.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Testing;

namespace GreenThreads.Analyzers.Tests;

/// <summary>What the code fix makes of a thread, and what it refuses.</summary>
public class CodeFixTests
{
    private const string Head = """
        using System;
        using System.Collections.Generic;
        using System.Net.Sockets;
        using System.Threading;
        using System.Threading.Tasks;

        """;

    private const string HeadAfter = """
        using System;
        using System.Collections.Generic;
        using System.Net.Sockets;
        using System.Threading;
        using System.Threading.Tasks;
        using GreenThreads;

        """;

    [Fact]
    public Task A_thread_that_is_started_at_once() => Fixed(
        "{|GT2001:new Thread(() => Serve(client))|}.Start();",
        "_ = GreenThread.Start(() => Serve(client), new GreenThreadStartOptions { IsBackground = false });");

    [Fact]
    public Task Name_and_background_flag_go_into_the_options() => Fixed(
        """
        var thread = {|GT2001:new Thread(() => Serve(client)) { IsBackground = true }|};
        thread.Name = "client " + number;
        thread.Start();
        """,
        """
        _ = GreenThread.Start(() => Serve(client), new GreenThreadStartOptions { Name = "client " + number });
        """);

    [Fact]
    public Task A_background_flag_that_is_not_constant_is_kept() => Fixed(
        """
        {|GT2001:new Thread(() => Serve(client)) { IsBackground = number > 1 }|}.Start();
        """,
        """
        _ = GreenThread.Start(() => Serve(client), new GreenThreadStartOptions { IsBackground = number > 1 });
        """);

    [Fact]
    public Task The_argument_of_the_start_goes_into_the_lambda() => Fixed(
        "{|GT2001:new Thread(ServeObject) { IsBackground = true }|}.Start(client);",
        "_ = GreenThread.Start(() => ServeObject(client));");

    [Fact]
    public Task A_parameter_of_a_lambda_becomes_the_argument() => Fixed(
        """
        var thread = {|GT2001:new Thread(o => { var c = (TcpClient)o; Serve(c); })|};
        thread.IsBackground = true;
        thread.Start(client);
        """,
        """
        _ = GreenThread.Start(() => { var c = (TcpClient)client; Serve(c); });
        """);

    [Fact]
    public Task An_argument_that_changes_is_evaluated_before_the_start() => Fixed(
        "{|GT2001:new Thread(ServeObject) { IsBackground = true }|}.Start(_current);",
        """
        var argument = _current;
        _ = GreenThread.Start(() => ServeObject(argument));
        """);

    [Fact]
    public Task A_long_running_task() => Fixed(
        "{|GT2001:Task.Factory.StartNew(() => Serve(client), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)|};",
        "_ = GreenThread.Start(() => Serve(client));");

    [Fact]
    public Task A_task_that_is_kept_stays_a_task() => Fixed(
        "_tasks.Add({|GT2001:Task.Run(() => Serve(client))|});",
        "_tasks.Add(GreenThread.Start(() => Serve(client)).AsTask());");

    [Fact]
    public Task Work_of_the_pool() => Fixed(
        "{|GT2001:ThreadPool.QueueUserWorkItem(ServeObject, client)|};",
        "_ = GreenThread.Start(() => ServeObject(client));");

    [Fact]
    public Task A_small_stack_is_not_needed_any_more() => Fixed(
        "{|GT2001:new Thread(() => Serve(client), 128 * 1024) { IsBackground = true }|}.Start();",
        "_ = GreenThread.Start(() => Serve(client));");

    [Fact]
    public Task Threads_in_a_list_are_joined_as_green_threads() => Verify(
        Head + Program("""
            Thread thread = {|GT2001:new Thread(() => Serve(client))|};
            thread.IsBackground = true;
            _threads.Add(thread);
            thread.Start();
            """, "Thread"),
        HeadAfter + Program("""
            GreenThread thread = GreenThread.Start(() => Serve(client));
            _threads.Add(thread);
            """, "GreenThread"));

    [Theory]
    [InlineData("var t = {|GT2001:new Thread(() => Serve(client))|}; t.SetApartmentState(ApartmentState.STA); t.Start();")]
    [InlineData("var t = {|GT2001:new Thread(() => Serve(client))|}; t.Priority = ThreadPriority.Lowest; t.Start();")]
    [InlineData("{|GT2001:new Thread(() => Serve(client), 16 * 1024 * 1024)|}.Start();")]
    [InlineData("{|GT2001:new Thread(async () => { await Task.Yield(); Serve(client); })|}.Start();")]
    [InlineData("{|GT2001:new Thread(() => { Console.WriteLine(Thread.CurrentThread.Name); Serve(client); })|}.Start();")]
    [InlineData("var t = {|GT2001:new Thread(() => Serve(client))|}; t.Start(); Public = t;")]
    [InlineData("var t = {|GT2001:new Thread(() => Serve(client))|}; t.Start(); Watch(t);")]
    [InlineData("{|GT2001:Task.Run(() => Serve(client), new CancellationToken(false))|};")]
    public Task What_cannot_be_converted_is_left_as_it_is(string body) => Verify(Head + Program(body, "Thread"), null);

    [Fact]
    public async Task All_of_a_solution_are_converted_at_once()
    {
        string second = Head + """
            class Other
            {
                void Run(TcpListener listener)
                {
                    while (true)
                    {
                        var client = listener.AcceptTcpClient();
                        {|GT2001:new Thread(() => Serve(client)) { IsBackground = true }|}.Start();
                        {|GT2001:new Thread(() => Serve(client)) { IsBackground = true }|}.Start();
                    }
                }

                static void Serve(TcpClient client) => client.Client.Receive(new byte[1]);
            }
            """;
        string secondFixed = HeadAfter + """
            class Other
            {
                void Run(TcpListener listener)
                {
                    while (true)
                    {
                        var client = listener.AcceptTcpClient();
                        _ = GreenThread.Start(() => Serve(client));
                        _ = GreenThread.Start(() => Serve(client));
                    }
                }

                static void Serve(TcpClient client) => client.Client.Receive(new byte[1]);
            }
            """;
        Test test = Create(
            Head + Program("{|GT2001:new Thread(() => Serve(client)) { IsBackground = true }|}.Start();", "Thread"),
            HeadAfter + Program("_ = GreenThread.Start(() => Serve(client));", "Thread"));
        test.TestState.Sources.Add(second);
        test.FixedState.Sources.Add(secondFixed);
        await test.RunAsync(TestContext.Current.CancellationToken);
    }

    private static Task Fixed(string before, string after) => Verify(Head + Program(before, "Thread"), HeadAfter + Program(after, "Thread"));

    private static Task Verify(string before, string? after) => Create(before, after).RunAsync(TestContext.Current.CancellationToken);

    private static Test Create(string before, string? after)
    {
        var test = new Test { TestCode = before };
        if (after is not null) test.FixedCode = after;
        // exactly the references of the corpus; nothing is fetched
        test.SolutionTransforms.Add(static (solution, project) => solution.WithProjectMetadataReferences(project, CorpusProgram.References));
        return test;
    }

    // A server around the statements; the type of the elements of its list changes with them.
    private static string Program(string statements, string element) => $$"""

        class Server
        {
            private readonly List<{{element}}> _threads = new List<{{element}}>();
            private readonly List<Task> _tasks = new List<Task>();
            private TcpClient _current;
            public Thread Public;

            void Run(TcpListener listener)
            {
                int number = 0;
                while (true)
                {
                    var client = listener.AcceptTcpClient();
                    number++;
                    _current = client;
        {{Indent(statements)}}
                }
            }

            void Stop()
            {
                foreach (var thread in _threads) thread.Join();
            }

            static void Serve(TcpClient client) => client.Client.Receive(new byte[1]);

            static void ServeObject(object client) => Serve((TcpClient)client);

            static void Watch(Thread thread) { }
        }
        """;

    private static string Indent(string statements) => string.Join('\n', statements.Split('\n').Select(line => "            " + line));

    private sealed class Test : CSharpCodeFixTest<ThreadPerConnectionAnalyzer, ThreadPerConnectionCodeFix, DefaultVerifier>
    {
        public Test()
        {
            ReferenceAssemblies = new ReferenceAssemblies("net10.0");
            // a warning's text is tested where it matters
            MarkupOptions = Microsoft.CodeAnalysis.Testing.MarkupOptions.UseFirstDescriptor;
            CodeFixTestBehaviors = CodeFixTestBehaviors.SkipLocalDiagnosticCheck;
        }
    }
}

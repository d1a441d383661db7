using System.Collections.Immutable;
using GreenThreads.Analyzers.Tests.Infrastructure;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace GreenThreads.Analyzers.Tests;

/// <summary>The rules beside GT2001: a line that is to be reported ends with the id, all others are not.</summary>
public class RuleTests
{
    private const string Usings = "using System.Net.Sockets; using System.Net.Http; using System.Text; using GreenThreads;\n";

    [Fact]
    public Task A_task_that_is_waited_for_on_the_pool() => Verify(new BlockedPoolThreadAnalyzer(), """
        class C
        {
            async Task<string> Async(HttpClient client, Task<int> task)
            {
                int one = task.Result; // GT2002
                task.Wait(); // GT2002
                await Task.Yield();
                return client.GetStringAsync("").GetAwaiter().GetResult(); // GT2002
            }

            void OnThePool(Task<int> task)
            {
                _ = Task.Run(() => task.Result + 1); // GT2002
                ThreadPool.QueueUserWorkItem(_ => task.Wait()); // GT2002
            }

            async Task<int> Done(Task<int> first, Task<int> second, Task<int> third)
            {
                await Task.WhenAll(first, second);
                if (third.IsCompletedSuccessfully) return third.Result;
                _ = first.ContinueWith(t => t.Result);
                return first.Result + second.Result;
            }

            int Synchronous(Task<int> task) => task.Result;

            void Green(Task<int> task) => _ = GreenThread.Start(() => task.Result);
        }
        """);

    [Fact]
    public Task A_call_that_blocks_a_thread_of_the_pool() => Verify(new BlockedPoolThreadAnalyzer(), """
        class C
        {
            async Task Async(Socket socket, SemaphoreSlim gate, NetworkStream stream, byte[] buffer)
            {
                Thread.Sleep(10); // GT2003
                socket.Receive(buffer); // GT2003
                gate.Wait(); // GT2003
                stream.Read(buffer, 0, 1); // GT2003
                await Task.Delay(10);
                gate.Wait(0);
                new MemoryStream().Read(buffer, 0, 1);
                File.ReadAllText("a");
                lock (buffer) buffer[0]++;
            }

            void Pool(Socket socket, byte[] buffer) => Task.Run(() => socket.Receive(buffer)); // GT2003

            void Plain(Socket socket, byte[] buffer) => socket.Receive(buffer);

            void OwnThread(Socket socket, byte[] buffer) => new Thread(() => socket.Receive(buffer)).Start();
        }
        """);

    [Fact]
    public Task A_thread_static_across_a_wait() => Verify(new CarrierStateAnalyzer(), """
        class C
        {
            [ThreadStatic] static StringBuilder t_text;
            static readonly ThreadLocal<int> s_count = new();
            static StringBuilder s_text;

            void Across(Socket socket, byte[] buffer)
            {
                t_text.Clear();
                int count = socket.Receive(buffer);
                t_text.Append(count); // GT2004
            }

            void Local(Task task)
            {
                s_count.Value++;
                GreenThread.Sleep(1);
                s_count.Value--; // GT2004
            }

            void Before(Socket socket, byte[] buffer)
            {
                t_text.Clear();
                t_text.Append(1);
                socket.Receive(buffer);
            }

            void Static(Socket socket, byte[] buffer)
            {
                s_text.Clear();
                socket.Receive(buffer);
                s_text.Append(1);
            }
        }
        """);

    [Fact]
    public Task A_wait_in_a_lock_that_others_could_take() => Verify(new CarrierStateAnalyzer(), """
        public class C
        {
            private readonly object _gate = new();
            protected readonly object Shared = new();

            void This(Socket socket, byte[] buffer)
            {
                lock (this) // GT2005
                {
                    socket.Send(buffer);
                }
            }

            void Type(Task task)
            {
                lock (typeof(C)) task.Wait(); // GT2005
            }

            void Protected(object parameter, SemaphoreSlim gate)
            {
                lock (Shared) gate.Wait(); // GT2005
                lock (parameter) GreenThread.Sleep(1); // GT2005
            }

            void Private(Socket socket, byte[] buffer)
            {
                lock (_gate) socket.Send(buffer);
            }

            void Short()
            {
                lock (this) Console.WriteLine();
            }

            void Condition()
            {
                lock (this) Monitor.Wait(this);
            }
        }
        """);

    [Fact]
    public Task Memory_of_the_stack_across_a_wait() => Verify(new CarrierStateAnalyzer(), """
        unsafe class C
        {
            void Span(Socket socket)
            {
                Span<byte> buffer = stackalloc byte[16]; // GT2006
                socket.Receive(buffer);
            }

            void After(Socket socket, byte[] bytes)
            {
                Span<int> numbers = stackalloc int[4]; // GT2006
                socket.Receive(bytes);
                numbers[0] = bytes[0];
            }

            void Fixed(Socket socket, byte[] bytes)
            {
                fixed (byte* p = bytes) // GT2006
                {
                    socket.Send(bytes);
                }
            }

            void Before(Socket socket, byte[] bytes)
            {
                Span<int> numbers = stackalloc int[4];
                numbers[0] = 1;
                bytes[0] = (byte)numbers[0];
                socket.Send(bytes);
            }

            void NoWait()
            {
                Span<char> text = stackalloc char[8];
                text.Fill('a');
                Console.WriteLine(text.ToString());
            }
        }
        """);

    [Fact]
    public Task A_thread_that_nobody_joins() => Verify(new GreenThreadLifetimeAnalyzer(), """
        class C
        {
            private GreenThread _kept;

            void Starts()
            {
                GreenThread.Start(() => { }); // GT2007
                var lost = GreenThread.Start(() => 1); // GT2007
                _ = GreenThread.Start(() => { });
                GreenThread joined = GreenThread.Start(() => { });
                joined.Join();
                _kept = GreenThread.Start(() => { });
                GreenThread.Start(() => 1).Join();
            }

            GreenThread Returned() => GreenThread.Start(() => { });
        }
        """);

    [Fact]
    public Task A_scope_that_is_not_disposed() => Verify(new GreenThreadLifetimeAnalyzer(), """
        class C
        {
            private readonly GreenScope _field = new GreenScope();

            void Scopes()
            {
                using var good = new GreenScope();
                using (var block = new GreenScope()) block.Start(() => { });
                var lost = new GreenScope(); // GT2008
                lost.Start(() => { });
                new GreenScope().Start(() => { }); // GT2008
                new GreenScope().Dispose();
                var disposed = new GreenScope();
                try { disposed.Start(() => { }); } finally { disposed.Dispose(); }
                var passed = new GreenScope();
                Take(passed);
            }

            GreenScope Make()
            {
                var scope = new GreenScope();
                return scope;
            }

            void Take(GreenScope scope) => scope.Dispose();
        }
        """);

    [Fact]
    public Task A_static_constructor_that_waits() => Verify(new StaticConstructorAnalyzer(), """
        class A
        {
            static readonly string s_text;

            static A()
            {
                s_text = new HttpClient().GetStringAsync("http://localhost/").Result; // GT2009
            }
        }

        class B
        {
            static readonly int s_number = Load(); // GT2009
            static readonly int s_other = Count();

            static int Load()
            {
                Thread.Sleep(100);
                return 1;
            }

            static int Count() => 1;

            B() => Thread.Sleep(1);
        }
        """);

    [Fact]
    public Task A_static_initializer_that_waits_far_away() => Verify(new StaticConstructorAnalyzer(), """
        interface ISource { int Get(); }
        class Slow : ISource { public int Get() { Thread.Sleep(1); return 1; } }
        static class Quick { public static int Get(int number) => number; }
        class Opened { public Opened(string host) { client = new TcpClient(); client.Connect(host, 80); } TcpClient client; }
        class Text { public static string Of(NetworkStream connection) => Read(new StreamReader(connection)); static string Read(TextReader reader) => reader.ReadLine(); }
        class Memory { public static string Of() => Read(new StringReader("a")); static string Read(TextReader reader) => reader.ReadLine(); }

        class A
        {
            static readonly int s_through = One(new Slow()); // GT2009
            static readonly int s_sameName = Quick.Get(1);
            static readonly int s_chain = F0(9); // GT2009
            static readonly int s_otherCount = F0();
            static readonly object s_made = Make("a"); // GT2009
            static readonly string s_read = Text.Of(null); // GT2009
            static readonly string s_memory = Memory.Of();
            static readonly int s_recursive = Count(3);
            static readonly int s_lambda = Twice(() => { Task.Delay(1).Wait(); return 1; }); // GT2009
            static readonly int s_local = Local(); // GT2009

            static int One(ISource source) => source.Get();
            static int F0() => 1;
            static int F0(int i) => F1(i);
            static int F1(int i) => F2(i);
            static int F2(int i) => F3(i);
            static int F3(int i, params int[] more) => F4(from: i);
            static int F4(int from, int to = 9) { Console.ReadLine(); return from; }
            static Opened Make(string host) { Opened made = new(host); return made; }
            static int Count(int i) => i == 0 ? 0 : Count(i - 1);
            static int Twice(Func<int> f) => Once(() => f() + Once(() => { Thread.Sleep(1); return 1; }));
            static int Once(Func<int> f) => f();
            static int Local()
            {
                return Inner();
                int Inner() { Thread.Sleep(1); return 1; }
            }
        }
        """);

    [Theory]
    [InlineData("class C { [ThreadStatic] static int t; void M(Task task) { t++; task.Wait(); t--; lock (this) task.Wait(); } static C() { Thread.Sleep(1); } }")]
    public async Task Code_without_green_threads_is_left_alone(string source)
    {
        Compilation compilation = CorpusProgram.Compile("Plain", source);
        compilation = compilation.RemoveReferences(compilation.References.Where(r => r.Display!.EndsWith("GreenThreads.dll", StringComparison.Ordinal)));
        ImmutableArray<Diagnostic> diagnostics = await CorpusProgram.AnalyzeAsync(
            compilation, new CarrierStateAnalyzer(), new GreenThreadLifetimeAnalyzer(), new StaticConstructorAnalyzer(), new ThreadPerConnectionAnalyzer(), new BlockedPoolThreadAnalyzer());
        Assert.Empty(CorpusProgram.Places(diagnostics));
    }

    [Fact]
    public void Every_member_of_the_table_of_blocking_calls_exists()
    {
        Compilation compilation = CorpusProgram.Compile("Table", "class C { }");
        string[] unknown = [.. BlockingCalls.BlockingCallTable.Instance.Ids.Where(id => DocumentationCommentId.GetFirstSymbolForDeclarationId(id, compilation) is null)];
        Assert.Empty(unknown);
        Assert.True(BlockingCalls.BlockingCallTable.Instance.Ids.Count() > 300);
    }

    private static async Task Verify(DiagnosticAnalyzer analyzer, string source)
    {
        source = Usings + source;
        ImmutableArray<Diagnostic> diagnostics = await CorpusProgram.AnalyzeAsync(CorpusProgram.Compile("Rules", source), analyzer);
        Assert.Equal(CorpusProgram.ExpectedIn(source), CorpusProgram.Places(diagnostics));
    }
}

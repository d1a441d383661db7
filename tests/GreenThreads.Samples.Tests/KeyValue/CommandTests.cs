using System.Globalization;
using System.Net.Sockets;
using GreenThreads.Samples.Tests.Infrastructure;
using KeyValueServer;
using KeyValueServer.Commands;

namespace GreenThreads.Samples.Tests.KeyValue;

/// <summary>Commands and their replies, as they go over the connection.</summary>
public sealed class CommandTests : IDisposable
{
    private readonly Database _database;
    private readonly int _port;

    public CommandTests() => _database = new Database(Listener.Open(out _port));

    public void Dispose() => _database.Dispose();

    [Theory]
    [InlineData("PING", "+PONG")]
    [InlineData("ping hello", "$5 hello")]
    [InlineData("ECHO \"a \\x62\\n\"", "$4 a b\n")]
    [InlineData("ECHO 'it\\'s'", "$4 it's")]
    [InlineData("GET k", "$-1")]
    [InlineData("SET k v; GET k", "+OK $1 v")]
    [InlineData("SET k v; SET k w NX; SET k w XX; GET k", "+OK $-1 +OK $1 w")]
    [InlineData("SET k v XX; GET k", "$-1 $-1")]
    [InlineData("SET k v GET; SET k w GET; GET k", "$-1 $1 v $1 w")]
    [InlineData("SET k v EX 100; TTL k; SET k w KEEPTTL; TTL k; SET k x; TTL k", "+OK :100 +OK :100 +OK :-1")]
    [InlineData("SET k v EX 0", "-ERR invalid expire time in 'set' command")]
    [InlineData("SET k v EX 9223372036854775807", "-ERR invalid expire time in 'set' command")]
    [InlineData("SET k v NX XX", "-ERR syntax error")]
    [InlineData("SET k v EX", "-ERR syntax error")]
    [InlineData("MSET a 1 b 2; MGET a x b", "+OK *3 $1 1 $-1 $1 2")]
    [InlineData("MSET a 1 b", "-ERR wrong number of arguments for 'mset' command")]
    [InlineData("INCR n; INCRBY n 41; DECR n; DECRBY n 1; GET n", ":1 :42 :41 :40 $2 40")]
    [InlineData("SET n x; INCR n", "+OK -ERR value is not an integer or out of range")]
    [InlineData("SET n 9223372036854775807; INCR n", "+OK -ERR increment or decrement would overflow")]
    [InlineData("SET a 1; DEL a b; EXISTS a", "+OK :1 :0")]
    [InlineData("SET a 1; EXISTS a a; TYPE a; TYPE b", "+OK :2 +string +none")]
    [InlineData("SET a 1; EXPIRE a 100; TTL a; PERSIST a; TTL a; TTL b; EXPIRE a -1; GET a", "+OK :1 :100 :1 :-1 :-2 :1 $-1")]
    [InlineData("MSET key1 a key2 b other c; KEYS key[13]; DBSIZE; FLUSHALL; DBSIZE", "+OK *1 $4 key1 :3 +OK :0")]
    [InlineData("SET a 1; SCAN 0 MATCH a* COUNT 10", "+OK *2 $1 0 *1 $1 a")]
    [InlineData("RPUSH l a b; LPUSH l c; LRANGE l 0 -1; LRANGE l -2 5; LLEN l", ":2 :3 *3 $1 c $1 a $1 b *2 $1 a $1 b :3")]
    [InlineData("RPUSH l a b c; LPOP l; RPOP l 2; LPOP l; EXISTS l", ":3 $1 a *2 $1 c $1 b $-1 :0")]
    [InlineData("RPUSH l a; GET l", ":1 -WRONGTYPE Operation against a key holding the wrong kind of value")]
    [InlineData("RPUSH l a; BLPOP x l 1", ":1 *2 $1 l $1 a")]
    [InlineData("BLPOP l 0.01", "*-1")]
    [InlineData("BLPOP l -1", "-ERR timeout is negative")]
    [InlineData("BLPOP l x", "-ERR timeout is not a float or out of range")]
    [InlineData("SADD s a b a; SISMEMBER s a; SREM s a c; SMEMBERS s; SCARD s", ":2 :1 :1 *1 $1 b :1")]
    [InlineData("SADD s a b; SADD t b c; SINTER s t; SDIFF s t", ":2 :2 *1 $1 b *1 $1 a")]
    [InlineData("HSET h f 1 g 2; HSET h f 3; HGET h f; HGETALL h; HDEL h f g; EXISTS h", ":2 :0 $1 3 *4 $1 f $1 3 $1 g $1 2 :2 :0")]
    [InlineData("HINCRBY h f 5; HINCRBY h f -2; HMGET h f x", ":5 :3 *2 $1 3 $-1")]
    [InlineData("ZADD z 2 b 1 a; ZADD z 3 a; ZSCORE z a; ZRANGE z 0 -1; ZPOPMIN z; ZCARD z", ":2 :0 $1 3 *2 $1 b $1 a *2 $1 b $1 2 :1")]
    [InlineData("ZADD z x a", "-ERR value is not a valid float")]
    [InlineData("NOSUCH a b", "-ERR unknown command 'NOSUCH', with args beginning with: 'a' 'b' ")]
    [InlineData("GET", "-ERR wrong number of arguments for 'get' command")]
    [InlineData("SELECT 0; SELECT 1", "+OK -ERR DB index is out of range")]
    [InlineData("CONFIG GET appendonly", "*2 $10 appendonly $2 no")]
    [InlineData("CLIENT SETNAME me; CLIENT GETNAME", "+OK $2 me")]
    [InlineData("HELLO 3", "-NOPROTO unsupported protocol version")]
    [InlineData("SUBSCRIBE c; PING; GET k; UNSUBSCRIBE c; GET k", "*3 $9 subscribe $1 c :1 *2 $4 pong $0  -ERR Can't execute 'get': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context *3 $11 unsubscribe $1 c :0 $-1")]
    public void Replies_are_those_of_Redis(string commands, string replies)
    {
        using var client = new TextClient(_port);
        client.Send(commands.Replace("; ", "\r\n") + "\r\nQUIT\r\n");
        Assert.Equal(replies + " +OK", client.ReceiveAll().TrimEnd().Replace("\r\n", " "));
    }

    [Fact]
    public void Commands_in_the_protocol_may_come_at_once_or_byte_by_byte()
    {
        using var client = new TextClient(_port);
        string value = new('x', 100_000);
        client.Send(Encode("SET", "k", value) + Encode("GET", "k"));
        Assert.Equal($"+OK\r\n$100000\r\n{value}\r\n", client.ReceiveTo(value + "\r\n"));
        foreach (char letter in Encode("SET", "a\r\nb", "") + Encode("GET", "a\r\nb")) client.Send(letter.ToString());
        Assert.Equal("+OK\r\n$0\r\n\r\n", client.ReceiveTo("$0\r\n\r\n"));
        client.Send(string.Concat(Enumerable.Repeat(Encode("INCR", "n"), 1000)));
        Assert.Equal(1000, client.ReceiveTo(":1000\r\n").Split("\r\n").Length - 1);
    }

    [Theory]
    [InlineData("*x\r\n", "invalid multibulk length")]
    [InlineData("*1048577\r\n", "invalid multibulk length")]
    [InlineData("*1\r\n:1\r\n", "expected '$', got ':'")]
    [InlineData("*1\r\n$-1\r\n", "invalid bulk length")]
    [InlineData("*1\r\n$536870913\r\n", "invalid bulk length")]
    [InlineData("ECHO \"a\r\n", "unbalanced quotes in request")]
    public void What_is_not_the_protocol_ends_the_connection(string sent, string problem)
    {
        using var client = new TextClient(_port);
        client.Send(sent);
        Assert.Equal($"-ERR Protocol error: {problem}\r\n", client.ReceiveAll());
    }

    [Fact]
    public void Clients_that_wait_are_served_in_their_order_and_suspend()
    {
        TextClient[] clients = [.. Enumerable.Range(0, 50).Select(_ => new TextClient(_port))];
        using var pusher = new TextClient(_port);
        for (int i = 0; i < clients.Length; i++)
        {
            clients[i].Send(i % 2 == 0 ? "BLPOP other list 0\r\n" : "BRPOP list 0\r\n");
            Until(pusher, $"blocked_clients:{i + 1}");
        }
        for (int i = 0; i < clients.Length; i++) pusher.Exchange($"RPUSH list item{i}\r\n", "\r\n");
        for (int i = 0; i < clients.Length; i++) Assert.EndsWith($"item{i}\r\n", clients[i].ReceiveTo($"item{i}\r\n"));
        Assert.Equal(":0\r\n", pusher.Exchange("EXISTS list\r\n", "\r\n"));
        foreach (TextClient client in clients) client.Dispose();
    }

    [Fact]
    public void A_client_that_leaves_while_it_waits_takes_nothing()
    {
        using var other = new TextClient(_port);
        using (var leaving = new TextClient(_port))
        {
            leaving.Send("BLPOP list 0\r\n");
            Until(other, "blocked_clients:1");
        }
        Until(other, "blocked_clients:0");
        other.Exchange("RPUSH list a\r\n", ":1\r\n");
        Assert.Equal(":1\r\n", other.Exchange("LLEN list\r\n", "\r\n"));
    }

    [Fact]
    public void Messages_go_to_all_subscribers()
    {
        using var first = new TextClient(_port);
        using var second = new TextClient(_port);
        using var publisher = new TextClient(_port);
        first.Exchange("SUBSCRIBE news\r\n", ":1\r\n");
        second.Exchange("PSUBSCRIBE n?ws\r\n", ":1\r\n");
        Assert.Equal(":2\r\n", publisher.Exchange("PUBLISH news hello\r\n", "\r\n"));
        Assert.Equal("*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$5\r\nhello\r\n", first.ReceiveTo("hello\r\n"));
        Assert.Equal("*4\r\n$8\r\npmessage\r\n$4\r\nn?ws\r\n$4\r\nnews\r\n$5\r\nhello\r\n", second.ReceiveTo("hello\r\n"));
    }

    [Fact]
    public void A_subscriber_that_reads_nothing_is_let_go_and_holds_nobody_up()
    {
        using var slow = new TextClient(_port);
        using var publisher = new TextClient(_port);
        slow.Exchange("SUBSCRIBE news\r\n", ":1\r\n");
        string publish = Encode("PUBLISH", "news", new string('x', 10_000));
        bool isGone = false;
        for (int i = 0; i < 20_000 && !isGone; i++) isGone = publisher.Exchange(publish, "\r\n") == ":0\r\n";
        slow.Dispose();
        while (!isGone) isGone = publisher.Exchange(publish, "\r\n") == ":0\r\n";
    }

    [Fact]
    public void Keys_end_when_their_time_is_up()
    {
        using var client = new TextClient(_port);
        for (int i = 0; i < 100; i++) client.Exchange($"SET k{i} v PX 50\r\n", "+OK\r\n");
        client.Exchange("SET found v PX 1\r\n", "+OK\r\n");
        Thread.Sleep(20);
        Assert.Equal("$-1\r\n", client.Exchange("GET found\r\n", "\r\n")); // before anybody removed it, or after
        while (client.Exchange("DBSIZE\r\n", "\r\n") != ":0\r\n") Thread.Sleep(20); // removed without being asked for
    }

    [Fact]
    public void Increments_from_many_clients_are_all_counted()
    {
        Thread[] threads = [.. Enumerable.Range(0, 8).Select(_ => new Thread(() =>
        {
            using var client = new TextClient(_port);
            for (int i = 0; i < 20; i++)
            {
                client.Send(string.Concat(Enumerable.Repeat("INCR n\r\n", 50)));
                for (int reply = 0; reply < 50; reply++) client.ReceiveTo("\r\n");
            }
        }))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        using var last = new TextClient(_port);
        Assert.Equal("$4\r\n8000\r\n", last.Exchange("GET n\r\n", "8000\r\n"));
    }

    [Fact]
    public void Stop_lets_clients_go_that_wait()
    {
        using var database = new Database(Listener.Open(out int port));
        using var idle = new TextClient(port);
        using var blocked = new TextClient(port);
        using var subscribed = new TextClient(port);
        idle.Exchange("PING\r\n", "+PONG\r\n");
        blocked.Send("BLPOP list 0\r\n");
        subscribed.Exchange("SUBSCRIBE c\r\n", ":1\r\n");
        Until(idle, "blocked_clients:1");
        Assert.True(database.Stop());
        Assert.Equal("", subscribed.ReceiveAll());
        Assert.Equal("", idle.ReceiveAll());
    }

    [Theory]
    [InlineData("*", "anything", true)]
    [InlineData("a*c", "abcbc", true)]
    [InlineData("a*c", "abcb", false)]
    [InlineData("?", "", false)]
    [InlineData("[a-c][^x]", "by", true)]
    [InlineData("[a-c][^x]", "bx", false)]
    [InlineData("\\*", "*", true)]
    [InlineData("\\*", "a", false)]
    [InlineData("[", "a", false)]
    [InlineData("", "", true)]
    public void Patterns_are_those_of_Redis(string pattern, string text, bool matches) =>
        Assert.Equal(matches, Pattern.Matches(System.Text.Encoding.ASCII.GetBytes(pattern), System.Text.Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Whatever_is_sent_is_answered_or_closed_and_the_server_goes_on()
    {
        string[] words = [.. CommandTable.All.Select(command => command.Name).Where(name => name is not ("blpop" or "brpop" or "quit"))];
        string[] arguments = ["k", "l", "1", "-1", "0", "x", "EX", "NX", "MATCH", "*", "[", "9223372036854775807", "", "1.5", "GET"];
        int seed = Environment.GetEnvironmentVariable("GREENTHREADS_TEST_SEED") is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (int i = 0; i < 100; i++)
        {
            using var client = new TextClient(_port);
            string sent = string.Concat(Enumerable.Range(0, 20).Select(_ => Encode(
                [words[random.Next(words.Length)], .. Enumerable.Range(0, random.Next(6)).Select(_ => arguments[random.Next(arguments.Length)])])));
            int damage = random.Next(2) == 0 ? sent.Length : random.Next(sent.Length);
            client.Send(sent[..damage] + (damage == sent.Length ? "" : "\0"));
            client.Socket.Shutdown(SocketShutdown.Send);
            string answer = client.ReceiveAll();
            Assert.True(answer.Length == 0 || "+-:$*".Contains(answer[0]), $"seed {seed}: {sent} is answered by {answer}");
            Assert.True(_database.Clients.Failures == 0, $"seed {seed}: {sent}");
        }
        using var last = new TextClient(_port);
        last.Exchange("PING\r\n", "+PONG\r\n");
    }

    [Fact]
    public void Getting_and_setting_allocates_nothing()
    {
        using var client = new TextClient(_port);
        byte[] commands = System.Text.Encoding.ASCII.GetBytes(Encode("SET", "key", "value") + Encode("GET", "key"));
        byte[] replies = new byte[64];
        void Run(int count)
        {
            for (int i = 0; i < count; i++)
            {
                client.Socket.Send(commands);
                for (int received = 0; received < "+OK\r\n$5\r\nvalue\r\n".Length;) received += client.Socket.Receive(replies);
            }
        }
        Run(2000);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        Run(2000);
        long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        Assert.True(allocated < 2000 * 8, $"4,000 commands allocated {allocated:N0} bytes.");
    }

    private static string Encode(params string[] arguments) =>
        string.Create(CultureInfo.InvariantCulture, $"*{arguments.Length}\r\n") + string.Concat(arguments.Select(argument => $"${argument.Length}\r\n{argument}\r\n"));

    private static void Until(TextClient client, string line)
    {
        while (true)
        {
            client.Send("INFO clients\r\n");
            string length = client.ReceiveTo("\r\n");
            string info = client.ReceiveTo("\r\n\r\n");
            Assert.StartsWith("$", length);
            if (info.Contains(line + "\r\n")) return;
            Thread.Sleep(5);
        }
    }
}

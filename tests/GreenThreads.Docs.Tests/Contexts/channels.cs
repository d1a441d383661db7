// docs/channels.md: jobs, orders and commands.
#pragma warning disable
using System.Threading.Channels;
using GreenThreads;

class Job { public void Run() { } }
class Order;
enum Status { Idle, Busy }
class Settings;

static class Fragment
{
    static GreenChannel<Order> orders = null!;
    static GreenChannel<string> commands = null!;
    static GreenChannel<Status> statuses = null!;
    static GreenChannel<Job> jobs = null!;
    static Job[] todo = [];
    static Job job = null!;
    static Uri[] uris = [];
    static string url = "";
    static CancellationToken shutdown;

    static async Task Run()
    {
        bool stop = false;
        await Task.Yield();
        {
// <code>
        }
    }

    static Status Process(Order order) => Status.Idle;
    static void Execute(string command) { }
    static void Query() { }
    static Settings Download(string url) => new();
    static void Fetch(Uri uri) { }
}

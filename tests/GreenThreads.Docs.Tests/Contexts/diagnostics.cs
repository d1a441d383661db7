// docs/diagnostics: statements of a method that has a connection, a table and a queue.
#pragma warning disable
using System.Net.Sockets;
using GreenThreads;

unsafe partial class Fragment
{
    Socket socket = null!;
    NetworkStream stream = null!;
    byte[] buffer = [];
    byte[] message = [];
    int[] table = [];
    int key;
    readonly int[] _slots = new int[10];
    // Not private: code that is not woven could lock it.
    public Queue<byte[]> _queue = new();

    void Run()
    {
// <code>
    }

    ref int Find(int[] table, int key) => ref _slots[table.Length > key ? new Random(table[key]).Next(10) : 0];
    static void Fill(byte* start) { }
    void Send(byte[] message) => socket.Send(message);
    bool Reconnect() { socket.Connect("localhost", 7000); return true; }
}

using System.Data.Common;
using System.Diagnostics;
using System.IO.Pipes;
using System.Net;
using System.Net.Http;
using System.Net.Security;
using System.Net.Sockets;
using System.Text.Json;
using System.Xml.Linq;
using GreenThreads;

// The types of the base library whose blocking members become waits for their asynchronous twins. Types that have
// substitutes of their own (streams, sockets, tasks, locks) are in Substitutions. What this comes to, member by member, is
// in docs/blocking-calls.md, which is made from this list.

// Text over streams. Appending to a buffer in memory completes at once.
[assembly: Twins(typeof(TextReader))]
[assembly: Twins(typeof(StreamReader))]
[assembly: Twins(typeof(TextWriter))]
[assembly: Twins(typeof(StreamWriter))]

// Files: the twins use the thread pool, since regular files cannot be waited for.
[assembly: Twins(typeof(File))]
[assembly: Twins(typeof(RandomAccess))]

// Network.
[assembly: Twins(typeof(Dns))]
[assembly: Twins(typeof(HttpClient))]
[assembly: Twins(typeof(HttpMessageInvoker))]
[assembly: Twins(typeof(HttpContent))]
[assembly: Twins(typeof(HttpListener))]
[assembly: Twins(typeof(HttpListenerRequest))]
[assembly: Twins(typeof(SslStream))]
[assembly: Twins(typeof(NegotiateStream))]
[assembly: Twins(typeof(UdpClient))]

// Pipes and processes.
[assembly: Twins(typeof(NamedPipeServerStream))]
[assembly: Twins(typeof(NamedPipeClientStream))]
[assembly: Twins(typeof(Process))]

// Data. Drivers that work asynchronously override the twins; those that do not block as they always do.
[assembly: Twins(typeof(DbConnection))]
[assembly: Twins(typeof(DbCommand))]
[assembly: Twins(typeof(DbDataReader))]
[assembly: Twins(typeof(DbTransaction))]
[assembly: Twins(typeof(DbBatch))]
[assembly: Twins(typeof(DbDataSource))]
[assembly: Twins(typeof(JsonSerializer))]
[assembly: Twins(typeof(XDocument))]
[assembly: Twins(typeof(XElement))]

// docs/blocking.md: an attribute of the assembly, and the client that it names.
// <code>
public class SomeClient
{
    public string Load(string key) => key;
    public System.Threading.Tasks.Task<string> LoadAsync(string key) => System.Threading.Tasks.Task.FromResult(key);
    public void Flush() { }
}

using System.CommandLine;
using System.Runtime.Loader;
using GreenThreads.Weaver;
using GreenThreads.Weaver.CommandLine;

// The images for one system lie in a folder below the assemblies of which there is no image.
AssemblyLoadContext.Default.Resolving += static (context, name) =>
{
    string file = Path.Combine(AppContext.BaseDirectory, "..", $"{name.Name}.dll");
    return File.Exists(file) ? context.LoadFromAssemblyPath(Path.GetFullPath(file)) : null;
};

WarmUp.Start();

// One argument per line, as the build writes it: a line is not split, so a path may have spaces.
var parsing = new ParserConfiguration
{
    ResponseFileTokenReplacer = static (string file, out IReadOnlyList<string>? lines, out string? error) =>
    {
        (lines, error) = File.Exists(file) ? (File.ReadAllLines(file), (string?)null) : (null, $"the response file {file} does not exist");
        return error is null;
    },
};
var root = new RootCommand("Weaves assemblies for GreenThreads: methods that may wait can then be suspended.")
{
    WeaveCommand.Create(),
    WeaveLibrariesCommand.Create(),
    BlockingCallsCommand.Create(),
};
return root.Parse(args, parsing).Invoke();

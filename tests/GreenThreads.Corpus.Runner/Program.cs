using System.Runtime.Loader;
using GreenThreads.Corpus.Runner;

// GreenThreads.Corpus.Runner <folder of the corpus> plain|green|concurrent|prepare <file with case names> <file for results>
// Results are lines of JSON: a case that has begun and has no result crashed the process.

if (args is not [var folder, var mode, var caseFile, var resultFile])
{
    Console.Error.WriteLine("usage: GreenThreads.Corpus.Runner <folder> plain|green|concurrent|prepare <cases> <results>");
    return 2;
}
AssemblyLoadContext.Default.Resolving += (context, name) =>
{
    string file = Path.Combine(Path.GetFullPath(folder), name.Name + ".dll");
    return File.Exists(file) ? context.LoadFromAssemblyPath(file) : null;
};
using var results = new ResultWriter(resultFile);
if (mode == "prepare")
{
    MethodPreparer.PrepareAll(folder, results);
    return 0;
}
new CaseRunner(folder, results).Run(File.ReadAllLines(caseFile), mode);
return 0;

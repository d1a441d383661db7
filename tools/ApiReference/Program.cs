using ApiReference;

// ApiReference OUTPUT-FOLDER: writes a page for each public type of GreenThreads, and the map of them.
if (args is not [var folder])
{
    Console.Error.WriteLine("usage: ApiReference FOLDER");
    return 2;
}
Directory.CreateDirectory(folder);
IReadOnlyDictionary<string, string> pages = Pages.Write(typeof(GreenThreads.GreenThread).Assembly.Location);
foreach (string stale in Directory.GetFiles(folder, "*.md").Where(file => !pages.ContainsKey(Path.GetFileName(file)))) File.Delete(stale);
foreach ((string name, string text) in pages) File.WriteAllText(Path.Combine(folder, name), text);
Console.WriteLine($"{pages.Count} pages in {folder}");
return 0;

using GreenThreads.Libraries.Tests.Harness;
using LiteDB;

namespace GreenThreads.Libraries.Tests.Cases;

/// <summary>LiteDB over a file that waits. Its transactions hold locks of the OS thread, and end below LINQ.</summary>
/// <remarks>
/// A mapper for each database: the global one shows what it knows of a class to other threads while it is still learning it
/// (<c>BuildAddEntityMapper</c> stores before it fills), so first inserts at the same time may fail on any threads.
/// </remarks>
public static class DocumentCases
{
    [LibraryCase]
    public static string Documents_are_stored_indexed_and_found()
    {
        var file = new MemoryStream();
        using (var database = new LiteDatabase(new SlowStream(file, 100_000), new BsonMapper()))
        {
            ILiteCollection<Item> items = database.GetCollection<Item>("items");
            for (int i = 1; i <= 20; i++) items.Insert(new Item { Id = i, Name = $"n{i % 7}", Parts = [new Item { Id = i * 100 }] });
            items.EnsureIndex(item => item.Name);
        }
        file.Position = 0;
        using var again = new LiteDatabase(new SlowStream(file, 100_000), new BsonMapper());
        ILiteCollection<Item> stored = again.GetCollection<Item>("items");
        IEnumerable<string> found = stored.Find(item => item.Name == "n3").OrderByDescending(item => item.Id).Select(item => $"{Waits.Then(item.Id)}/{item.Parts![0].Id}");
        IEnumerable<string> names = stored.Query().Where(item => item.Id > 4).OrderBy(item => item.Id).Select(item => item.Name!).Limit(3).ToEnumerable();
        return $"{string.Join(",", found)} {string.Join(",", names.Select(Waits.Then))} {stored.FindById(20).Name} {stored.Exists(item => item.Id == 21)}";
    }

    private sealed class Item
    {
        public int Id { get; set; }

        public string? Name { get; set; }

        public List<Item>? Parts { get; set; }
    }
}

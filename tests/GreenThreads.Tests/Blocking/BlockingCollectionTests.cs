using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using GreenThreads.Blocking;
using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Blocking;

/// <summary>Green threads that wait for items and places of a <see cref="BlockingCollection{T}"/>, beside OS threads that do.</summary>
public class BlockingCollectionTests
{
    [Fact]
    public void The_fields_that_the_waits_use_are_there()
    {
        Assert.True(CollectionInternals.Exist);
        Assert.False(CollectionInternals.Binds(static () => _ = Missing(new BlockingCollection<int>())));
    }

    [Fact]
    public void Takers_of_as_many_collections_occupy_no_OS_threads()
    {
        var collections = new BlockingCollection<int>[Crowd.Size];
        for (int i = 0; i < collections.Length; i++) collections[i] = [];
        Crowd.Run(
            i => Assert.Equal(i, collections[i].Take()),
            () =>
            {
                for (int i = 0; i < collections.Length; i++) collections[i].Add(i);
            });
    }

    [Fact]
    public void Adders_to_as_many_full_collections_occupy_no_OS_threads()
    {
        var collections = new BlockingCollection<int>[Crowd.Size];
        for (int i = 0; i < collections.Length; i++) collections[i] = new BlockingCollection<int>(boundedCapacity: 1) { -1 };
        Crowd.Run(
            i => collections[i].Add(i),
            () =>
            {
                foreach (BlockingCollection<int> collection in collections) Assert.Equal(-1, collection.Take());
            });
        for (int i = 0; i < collections.Length; i++) Assert.Equal(i, collections[i].Take());
    }

    [Fact]
    public void Takers_from_any_occupy_no_OS_threads()
    {
        BlockingCollection<int>[] collections = [[], [], []];
        long sum = 0;
        Crowd.Run(
            _ =>
            {
                int index = BlockingCollection<int>.TakeFromAny(collections, out int item);
                Assert.Equal(index, item % 3);
                Interlocked.Add(ref sum, item);
            },
            () =>
            {
                for (int i = 0; i < Crowd.Size; i++) collections[i % 3].Add(i);
            });
        Assert.Equal(Enumerable.Range(0, Crowd.Size).Sum(), sum);
        Assert.All(collections, Assert.Empty);
        Assert.Equal(-1, GreenThread.Run(() => BlockingCollection<int>.TryTakeFromAny(collections, out _, 5)));
    }

    [Fact]
    public void Adders_to_any_occupy_no_OS_threads()
    {
        BlockingCollection<int>[] collections = [new(1) { -1 }, new(2) { -1, -1 }];
        GreenThread<int> late = GreenThread.Start(() => BlockingCollection<int>.TryAddToAny(collections, 0, 5));
        Assert.Equal(-1, late.Result);
        long sum = 0;
        Crowd.Run(
            i => Assert.InRange(BlockingCollection<int>.AddToAny(collections, i), 0, 1),
            () =>
            {
                for (int i = 0; i < Crowd.Size + 3; i++)
                {
                    BlockingCollection<int>.TakeFromAny(collections, out int item);
                    sum += item;
                }
            });
        Assert.Equal(Enumerable.Range(0, Crowd.Size).Sum() - 3, sum);
    }

    [Fact]
    public void Green_and_OS_threads_lose_and_double_nothing() => Seeds.Each(25, (random, _) =>
    {
        const int Each = 60;
        using var collection = new BlockingCollection<int>(Underlying(random), random.Next(1, 6));
        using var other = new BlockingCollection<int>(random.Next(1, 3));
        int producers = random.Next(2, 8);
        int consumers = random.Next(2, 8);
        var taken = new ConcurrentQueue<int>();
        var adding = new List<Action>();
        var taking = new List<Action>();
        for (int p = 0; p < producers; p++) adding.Add(Fork(random.Next(2) == 0, Producer(collection, other, p * Each, Each, random.Next())));
        for (int c = 0; c < consumers; c++) taking.Add(Fork(random.Next(2) == 0, Consumer(collection, other, taken, random.Next())));
        foreach (Action join in adding) join();
        collection.CompleteAdding();
        other.CompleteAdding();
        foreach (Action join in taking) join();
        Assert.Equal(Enumerable.Range(0, producers * Each), taken.Order());
        Assert.True(collection.IsCompleted && other.IsCompleted);
        Assert.Equal(0, CollectionInternals<int>.OccupiedNodes(collection).CurrentCount);
        Assert.Equal(collection.BoundedCapacity, CollectionInternals<int>.FreeNodes(collection)!.CurrentCount); // each claim given back once
    });

    [Fact]
    public void Interrupts_race_with_items_and_lose_none() => Seeds.Each(10, (random, _) =>
    {
        const int Items = 200;
        using var collection = new BlockingCollection<int>();
        GreenThread<int> taker = GreenThread.Start(() =>
        {
            for (int taken = 0; ;)
            {
                try
                {
                    if (!collection.TryTake(out int item, Timeout.Infinite)) return taken;
                    Assert.Equal(taken++, item);
                }
                catch (ThreadInterruptedException)
                {
                    // takes on
                }
            }
        });
        for (int i = 0; i < Items; i++)
        {
            if (random.Next(2) == 0) taker.Interrupt();
            if (random.Next(2) == 0) Thread.Yield();
            collection.Add(i);
        }
        collection.CompleteAdding();
        Assert.Equal(Items, taker.Result);
    });

    [Theory, InlineData(false), InlineData(true)]
    public void The_end_of_adding_ends_the_waits(bool green)
    {
        using var empty = new BlockingCollection<int>();
        using var full = new BlockingCollection<int>(1) { 1 };
        using var other = new BlockingCollection<int>(1) { 1 };
        Exception?[] seen = new Exception?[4];
        Action[] joins =
        [
            Fork(green, () => seen[0] = Record.Exception(() => empty.Take())),
            Fork(green, () => seen[1] = Record.Exception(() => full.Add(2))),
            Fork(green, () => seen[2] = Record.Exception(() => BlockingCollection<int>.TakeFromAny([empty], out int _))),
            Fork(green, () => seen[3] = Record.Exception(() => BlockingCollection<int>.AddToAny([full, other], 3))),
        ];
        Thread.Sleep(100);
        empty.CompleteAdding();
        full.CompleteAdding();
        foreach (Action join in joins) join();
        Assert.Equal(
            [typeof(InvalidOperationException), typeof(InvalidOperationException), typeof(ArgumentException), typeof(ArgumentException)],
            seen.Select(static e => e?.GetType()));
    }

    [Fact]
    public void Without_the_fields_the_calls_are_off_loaded()
    {
        CollectionInternals.Exist = false;
        try
        {
            using var items = new BlockingCollection<int>();
            using var places = new BlockingCollection<int>(1) { 1 };
            GreenThread<int>[] takers =
            [
                GreenThread.Start(() => items.Take()),
                GreenThread.Start(() => items.Take()),
                GreenThread.Start(() => BlockingCollection<int>.TakeFromAny([items], out int _)),
            ];
            GreenThread[] adders = [GreenThread.Start(() => places.Add(2)), GreenThread.Start(() => BlockingCollection<int>.AddToAny([places], 3))];
            Thread.Sleep(20);
            for (int i = 0; i < 3; i++) items.Add(7);
            foreach (GreenThread taker in takers) taker.Join();
            for (int i = 0; i < 3; i++) places.Take();
            foreach (GreenThread adder in adders) adder.Join();
            Assert.Empty(items);
            Assert.Empty(places);
        }
        finally
        {
            CollectionInternals.Exist = true;
        }
    }

    private static IProducerConsumerCollection<int> Underlying(Random random) => random.Next(3) switch
    {
        0 => new ConcurrentQueue<int>(),
        1 => new ConcurrentStack<int>(),
        _ => new ConcurrentBag<int>(),
    };

    private static Action Producer(BlockingCollection<int> collection, BlockingCollection<int> other, int first, int count, int seed) => () =>
    {
        var random = new Random(seed);
        for (int i = first; i < first + count;)
        {
            switch (random.Next(4))
            {
                case 0:
                    collection.Add(i++);
                    break;
                case 1:
                    if (collection.TryAdd(i, random.Next(3))) i++;
                    break;
                case 2:
                    BlockingCollection<int>.AddToAny([collection, other], i++);
                    break;
                default:
                    if (AddsBeforeCancelled(collection, i, random.Next(3))) i++;
                    break;
            }
        }
    };

    private static bool AddsBeforeCancelled(BlockingCollection<int> collection, int item, int milliseconds)
    {
        using var cancel = new CancellationTokenSource(milliseconds);
        try
        {
            collection.Add(item, cancel.Token);
            return true;
        }
        catch (OperationCanceledException exception)
        {
            Assert.Equal(cancel.Token, exception.CancellationToken);
            return false;
        }
    }

    private static Action Consumer(BlockingCollection<int> collection, BlockingCollection<int> other, ConcurrentQueue<int> taken, int seed) => () =>
    {
        var random = new Random(seed);
        BlockingCollection<int>[] both = [collection, other];
        while (!collection.IsCompleted || !other.IsCompleted)
        {
            using var cancel = new CancellationTokenSource(random.Next(1, 4));
            try
            {
                int item;
                bool isTaken = random.Next(3) switch
                {
                    0 => (random.Next(2) == 0 ? collection : other).TryTake(out item, random.Next(3)),
                    1 => collection.TryTake(out item, Timeout.Infinite, cancel.Token),
                    _ => BlockingCollection<int>.TryTakeFromAny(both, out item, Timeout.Infinite, cancel.Token) >= 0,
                };
                if (isTaken) taken.Enqueue(item);
            }
            catch (OperationCanceledException)
            {
                // looks again
            }
            catch (ArgumentException) when (collection.IsCompleted || other.IsCompleted)
            {
                // the plain call, of complete ones only
            }
        }
    };

    // Returns what joins it.
    private static Action Fork(bool green, Action body)
    {
        if (green) return GreenThread.Start(body).Join;
        Exception? failure = null;
        var thread = new Thread(() => failure = Record.Exception(body));
        thread.Start();
        return () =>
        {
            thread.Join();
            Assert.Null(failure);
        };
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_nothingOfThatName")]
    private static extern ref SemaphoreSlim Missing(BlockingCollection<int> collection);
}

using System.Reflection;
using System.Reflection.Emit;
using GreenThreads.Continuations;

namespace GreenThreads.Tests.Runtime;

/// <summary>What keys of hand-shakes are known to lead to.</summary>
public class WovenEntriesTests
{
    // Keys are hashes of names mixed with addresses: these are neither.
    private static long s_last = 0x0123_4567_0000_0000;

    // They lie in one of the 4096 entries each, by bits 4 to 15.
    private static long NewKey() => Interlocked.Add(ref s_last, 0x1_0000_0010);

    private static long FreeKey()
    {
        while (true)
        {
            long key = NewKey();
            WovenEntries.Note(key, 1, "probe");
            if (WovenEntries.Find(key) == 1) return key + (1L << 40); // another key of an entry that is taken
        }
    }

    [Fact]
    public void A_key_leads_to_what_was_noted_first()
    {
        for (int i = 0; i < 100; i++)
        {
            long key = NewKey();
            nint found = WovenEntries.Find(key);
            Assert.Equal(0, found);
            WovenEntries.Note(key, 7, "receiver");
            if (WovenEntries.Find(key) == 0) continue; // woven code of other tests has the entry
            WovenEntries.Note(key, 8, "receiver");
            Assert.Equal(7, WovenEntries.Find(key));
            return;
        }
        Assert.Fail("All entries are taken.");
    }

    [Fact]
    public void Another_key_does_not_find_the_entry_that_it_shares()
    {
        long other = FreeKey();
        Assert.Equal(0, WovenEntries.Find(other));
        WovenEntries.Note(other, 2, "receiver");
        Assert.Equal(0, WovenEntries.Find(other));
    }

    [Fact]
    public void Types_that_can_be_unloaded_are_not_noted()
    {
        ModuleBuilder module = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("Unloadable"), AssemblyBuilderAccess.RunAndCollect).DefineDynamicModule("Unloadable");
        object receiver = Activator.CreateInstance(module.DefineType("Receiver").CreateType())!;
        for (int i = 0; i < 100; i++)
        {
            long key = NewKey();
            WovenEntries.Note(key, 7, receiver);
            Assert.Equal(0, WovenEntries.Find(key));
            WovenEntries.Note(key, 7, "receiver");
            if (WovenEntries.Find(key) == 7) return; // the entry was free: it was the type that was refused
        }
        Assert.Fail("All entries are taken.");
    }

    [Fact]
    public void Threads_that_note_and_look_at_once_see_whole_entries()
    {
        const int Keys = 64;
        long[] keys = [.. Enumerable.Range(0, Keys).Select(_ => NewKey())];
        Parallel.For(0, 4, worker =>
        {
            for (int turn = 0; turn < 600; turn++)
            {
                for (int i = 0; i < Keys; i++)
                {
                    if ((i + turn + worker) % 7 == 0) WovenEntries.Note(keys[i], (nint)(keys[i] >> 4 | 1), "receiver");
                    nint found = WovenEntries.Find(keys[i]);
                    Assert.True(found == 0 || found == (nint)(keys[i] >> 4 | 1), $"{found:x} for {keys[i]:x}");
                }
            }
        });
        Assert.Contains(keys, k => WovenEntries.Find(k) != 0);
    }
}

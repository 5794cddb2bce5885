using System.Numerics;

namespace Harness.Models.Tokenizers.Algorithms;

/// <summary>
/// An open-addressing hash table from a pair of integers to a number that is not negative: merges are looked up by (left, right),
/// trie nodes by (parent, character). Filled once, then only read; reading is safe from many threads.
/// </summary>
internal sealed class PairMap
{
    /// <summary>What <see cref="Find"/> returns for an unknown pair.</summary>
    public const long None = -1;

    private Entry[] _entries;
    private int _shift;

    /// <param name="capacity">How many pairs are expected; more fit as well.</param>
    public PairMap(int capacity) => Allocate(out _entries, capacity);

    /// <summary>Number of pairs.</summary>
    public int Count { get; private set; }

    /// <summary>The value of a pair, or <see cref="None"/>.</summary>
    public long Find(int first, int second)
    {
        var key = Key(first, second);
        for (var slot = Slot(key); ; slot = (slot + 1) & (_entries.Length - 1))
        {
            ref readonly var entry = ref _entries[slot];
            if (entry.Key == key || entry.Value == None)
            {
                return entry.Value;
            }
        }
    }

    /// <summary>Sets the value of a pair; the last one set stays.</summary>
    public void Set(int first, int second, long value)
    {
        if (2 * (Count + 1) > _entries.Length)
        {
            Grow();
        }

        Insert(new Entry(Key(first, second), value));
    }

    private static ulong Key(int first, int second) => ((ulong)(uint)first << 32) | (uint)second;

    private int Slot(ulong key) => (int)((key * 0x9E3779B97F4A7C15UL) >> _shift);

    private void Insert(Entry added)
    {
        var slot = Slot(added.Key);
        while (_entries[slot].Value != None && _entries[slot].Key != added.Key)
        {
            slot = (slot + 1) & (_entries.Length - 1);
        }

        Count += _entries[slot].Value == None ? 1 : 0;
        _entries[slot] = added;
    }

    private void Grow()
    {
        var old = _entries;
        Allocate(out _entries, old.Length);
        Count = 0;
        foreach (var entry in old)
        {
            if (entry.Value != None)
            {
                Insert(entry);
            }
        }
    }

    private void Allocate(out Entry[] table, int capacity)
    {
        var length = BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, 2 * capacity));
        table = new Entry[length];
        Array.Fill(table, new Entry(0, None));
        _shift = 64 - BitOperations.Log2(length);
    }

    private readonly record struct Entry(ulong Key, long Value);
}

namespace Harness.Models.Tokenizers.Algorithms;

/// <summary>The ids of words met before: one table, one array of characters and one of ids, so that the garbage collector has nothing to walk.</summary>
internal sealed class WordCache
{
    private const int MostWords = 1 << 17;

    private Entry[] _entries = new Entry[1024];
    private char[] _characters = new char[8192];
    private int[] _ids = new int[4096];
    private int _count;
    private int _characterCount;
    private int _idCount;

    /// <summary>Finds the ids of a word; false when it is new.</summary>
    public bool TryGet(ReadOnlySpan<char> word, out ReadOnlySpan<int> found)
    {
        var entry = _entries[Slot(word, Hash(word))];
        found = _ids.AsSpan(entry.IdStart, entry.IdCount);
        return entry.IsTaken;
    }

    /// <summary>Remembers the ids of a new word, until there are too many.</summary>
    public void Add(ReadOnlySpan<char> word, ReadOnlySpan<int> wordIds)
    {
        if (_count == MostWords)
        {
            return;
        }

        if (2 * ++_count > _entries.Length)
        {
            Grow();
        }

        Reserve(ref _characters, _characterCount + word.Length);
        Reserve(ref _ids, _idCount + wordIds.Length);
        word.CopyTo(_characters.AsSpan(_characterCount));
        wordIds.CopyTo(_ids.AsSpan(_idCount));
        var hash = Hash(word);
        _entries[Slot(word, hash)] = new Entry(hash, _characterCount, word.Length, _idCount, wordIds.Length, IsTaken: true);
        _characterCount += word.Length;
        _idCount += wordIds.Length;
    }

    private static void Reserve<T>(ref T[] array, int length)
    {
        if (length > array.Length)
        {
            Array.Resize(ref array, Math.Max(length, 2 * array.Length));
        }
    }

    private static uint Hash(ReadOnlySpan<char> word)
    {
        var hash = (ulong)word.Length;
        foreach (var unit in word)
        {
            hash = (hash ^ unit) * 0x9E3779B97F4A7C15UL;
            hash ^= hash >> 32;
        }

        return (uint)hash;
    }

    // of the word, or the free one where it belongs
    private int Slot(ReadOnlySpan<char> word, uint hash)
    {
        for (var slot = (int)(hash & (_entries.Length - 1)); ; slot = (slot + 1) & (_entries.Length - 1))
        {
            ref readonly var entry = ref _entries[slot];
            if (!entry.IsTaken || (entry.Hash == hash && word.SequenceEqual(_characters.AsSpan(entry.Start, entry.Length))))
            {
                return slot;
            }
        }
    }

    private void Grow()
    {
        var old = _entries;
        _entries = new Entry[2 * old.Length];
        foreach (var entry in old)
        {
            if (entry.IsTaken)
            {
                _entries[Slot(_characters.AsSpan(entry.Start, entry.Length), entry.Hash)] = entry;
            }
        }
    }

    private readonly record struct Entry(uint Hash, int Start, int Length, int IdStart, int IdCount, bool IsTaken);
}

namespace Harness.Models.Tokenizers.Algorithms;

/// <summary>
/// Byte-pair merges: which two neighbouring symbols become which one, and in what order. The lowest rank goes first, the leftmost among
/// equals (Sennrich et al. 2016, as in Hugging Face tokenizers and SentencePiece). O(n log n) for n symbols.
/// </summary>
internal sealed class MergeTable(int capacity)
{
    private const int RetainedSymbols = 1 << 16;

    [ThreadStatic]
    private static Scratch? Spare;

    private readonly PairMap _merges = new(capacity);

    /// <summary>Lets <paramref name="left"/> and <paramref name="right"/> merge; a later call for the same pair replaces an earlier one.</summary>
    public void Add(int left, int right, int rank, int merged) => _merges.Set(left, right, ((long)rank << 32) | (uint)merged);

    /// <summary>Merges <paramref name="symbols"/> in place and returns how many are left, at the front.</summary>
    public int Apply(Span<int> symbols)
    {
        if (symbols.Length < 2)
        {
            return symbols.Length;
        }

        var work = Spare ??= new Scratch();
        work.Reserve(symbols.Length);
        Merge(symbols, work);
        if (symbols.Length > RetainedSymbols)
        {
            Spare = null;
        }

        var kept = 0;
        for (var at = 0; at < symbols.Length; at = work.Next[at])
        {
            symbols[kept++] = symbols[at];
        }

        return kept;
    }

    // pair[i] is the merge of symbol i with its right neighbour (None at the end and for symbols that were merged away)
    private void Merge(Span<int> symbols, Scratch work)
    {
        var (next, previous, pair, heap) = (work.Next, work.Previous, work.Pair, work.Heap);
        for (var i = 0; i < symbols.Length; i++)
        {
            next[i] = i + 1;
            previous[i] = i - 1;
            pair[i] = PairMap.None;
        }

        for (var i = 0; i + 1 < symbols.Length; i++)
        {
            Offer(symbols, work, i, i + 1);
        }

        while (heap.TryPop(out var key))
        {
            var left = (int)(uint)key;
            if (pair[left] == PairMap.None || (ulong)pair[left] >> 32 != key >> 32)
            {
                continue; // one of the two was merged with another meanwhile
            }

            var right = next[left];
            symbols[left] = (int)pair[left];
            next[left] = next[right];
            pair[left] = pair[right] = PairMap.None;
            if (next[left] < symbols.Length)
            {
                previous[next[left]] = left;
                Offer(symbols, work, left, next[left]);
            }

            if (previous[left] >= 0)
            {
                Offer(symbols, work, previous[left], left);
            }
        }
    }

    private void Offer(Span<int> symbols, Scratch work, int left, int right)
    {
        var merge = _merges.Find(symbols[left], symbols[right]);
        work.Pair[left] = merge;
        if (merge != PairMap.None)
        {
            work.Heap.Push(((ulong)merge & 0xFFFFFFFF00000000UL) | (uint)left);
        }
    }

    private sealed class Scratch
    {
        public int[] Next { get; private set; } = [];

        public int[] Previous { get; private set; } = [];

        public long[] Pair { get; private set; } = [];

        public MinHeap Heap { get; } = new();

        public void Reserve(int symbols)
        {
            if (Next.Length < symbols)
            {
                var length = Math.Max(symbols, 2 * Next.Length);
                (Next, Previous, Pair) = (new int[length], new int[length], new long[length]);
            }
        }
    }
}

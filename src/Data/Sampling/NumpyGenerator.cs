using System.Numerics;

namespace Harness.Data.Sampling;

/// <summary>
/// <c>numpy.random.default_rng(seed)</c>: PCG64 (XSL-RR 128/64) seeded through <c>SeedSequence</c>, with numpy's permutation.
/// <c>Dataset.shuffle(seed)</c> of Hugging Face datasets is this permutation used as an index map.
/// </summary>
public sealed class NumpyGenerator
{
    private static readonly UInt128 Multiplier = new(0x2360ED051FC65DA4, 0x4385DF649FCCF645);
    private readonly UInt128 _increment;
    private UInt128 _state;
    private uint? _highHalf;

    /// <param name="seed">Zero or positive, as numpy demands.</param>
    public NumpyGenerator(BigInteger seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(seed);
        var words = SeedSequence(seed);
        _increment = (Pair(words[4..]) << 1) | 1;
        _state = ((_increment + Pair(words)) * Multiplier) + _increment;
    }

    /// <summary><c>permutation(count)</c>: 0 … count − 1 in the generator's order.</summary>
    public int[] Permutation(int count)
    {
        var items = Enumerable.Range(0, count).ToArray();
        for (var i = count - 1; i > 0; i--)
        {
            var j = (int)UpTo((uint)i);
            (items[i], items[j]) = (items[j], items[i]);
        }

        return items;
    }

    /// <summary>Uniform over 0 … limit by masked rejection (numpy's <c>random_interval</c>).</summary>
    private uint UpTo(uint limit)
    {
        var mask = uint.MaxValue >> BitOperations.LeadingZeroCount(limit);
        uint value;
        do
        {
            value = Half() & mask;
        }
        while (value > limit);

        return value;
    }

    /// <summary>32 bits: the low half of a fresh 64-bit output, then its high half.</summary>
    private uint Half()
    {
        if (_highHalf is { } kept)
        {
            _highHalf = null;
            return kept;
        }

        _state = (_state * Multiplier) + _increment;
        var folded = (ulong)(_state >> 64) ^ (ulong)_state;
        var output = BitOperations.RotateRight(folded, (int)(_state >> 122));
        _highHalf = (uint)(output >> 32);
        return (uint)output;
    }

    /// <summary>numpy's SeedSequence (after M. E. O'Neill's seed_seq): eight words, four 64-bit numbers with the low half first.</summary>
    private static uint[] SeedSequence(BigInteger seed)
    {
        var bytes = seed.ToByteArray(isUnsigned: true);
        var entropy = new uint[Math.Max(4, (bytes.Length + 3) / 4)];
        Buffer.BlockCopy(bytes, 0, entropy, 0, bytes.Length);

        var pool = new uint[4];
        var hash = 0x43b0d7e5u;
        for (var i = 0; i < 4; i++)
        {
            pool[i] = Hash(entropy[i], ref hash, 0x931e8875);
        }

        for (var from = 0; from < entropy.Length; from++)
        {
            for (var to = 0; to < 4; to++)
            {
                if (from != to)
                {
                    pool[to] = Mix(pool[to], Hash(from < 4 ? pool[from] : entropy[from], ref hash, 0x931e8875));
                }
            }
        }

        hash = 0x8b51f9dd;
        var words = new uint[8];
        for (var i = 0; i < words.Length; i++)
        {
            words[i] = Hash(pool[i % 4], ref hash, 0x58f38ded);
        }

        return words;
    }

    private static uint Hash(uint value, ref uint hash, uint multiplier)
    {
        value ^= hash;
        hash *= multiplier;
        value *= hash;
        return value ^ (value >> 16);
    }

    private static uint Mix(uint x, uint y)
    {
        var mixed = (0xca01f9dd * x) - (0x4973f715 * y);
        return mixed ^ (mixed >> 16);
    }

    private static UInt128 Pair(ReadOnlySpan<uint> words) =>
        new(words[0] | ((ulong)words[1] << 32), words[2] | ((ulong)words[3] << 32));
}

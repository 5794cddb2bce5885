using System.Numerics;

namespace Harness.Data.Sampling;

/// <summary>
/// CPython's <c>random.Random(seed)</c>: MT19937 seeded by <c>init_by_array</c>, with the derived draws of CPython 3.11 (Modules/_randommodule.c,
/// Lib/random.py). Equal, draw by draw, for every integer seed.
/// </summary>
public sealed class PythonRandom
{
    private const int Size = 624;
    private const int Middle = 397;
    private readonly uint[] _state = new uint[Size];
    private int _next = Size;

    /// <param name="seed">Any integer; as in Python, a seed and its negative give the same stream.</param>
    public PythonRandom(BigInteger seed)
    {
        var bytes = BigInteger.Abs(seed).ToByteArray(isUnsigned: true);
        var key = new uint[Math.Max(1, (bytes.Length + 3) / 4)];
        Buffer.BlockCopy(bytes, 0, key, 0, bytes.Length);
        Initialize(key);
    }

    /// <summary><c>getrandbits(bits)</c> for 0 to 64 bits.</summary>
    public ulong Bits(int bits)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)bits, 64u, nameof(bits));
        if (bits == 0)
        {
            return 0;
        }

        if (bits <= 32)
        {
            return Word() >> (32 - bits);
        }

        var low = Word();
        return low | ((ulong)(Word() >> (64 - bits)) << 32);
    }

    /// <summary><c>_randbelow(bound)</c>: uniform over 0 … bound − 1.</summary>
    public long Below(long bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        var bits = 64 - BitOperations.LeadingZeroCount((ulong)bound);
        ulong value;
        do
        {
            value = Bits(bits);
        }
        while (value >= (ulong)bound);

        return (long)value;
    }

    /// <summary><c>randint(low, high)</c>, both ends included.</summary>
    public long Int(long low, long high) => low + Below(checked(high - low + 1));

    /// <summary><c>random()</c>: uniform over [0, 1) with 53 bits.</summary>
    public double Double()
    {
        var high = Word() >> 5;
        var low = Word() >> 6;
        return ((high * 67108864.0) + low) / 9007199254740992.0;
    }

    /// <summary><c>shuffle(items)</c> in place.</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = (int)Below(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary><c>sample(range(population), count)</c>: distinct, in the order drawn.</summary>
    public int[] Sample(int population, int count)
    {
        if (count < 0 || count > population)
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, $"a sample of {population} items has 0 to {population} of them");
        }

        // Python tracks a small population in a list and a large one in a set; the two consume the stream differently.
        var listIsSmallerUpTo = 21.0;
        if (count > 5)
        {
            listIsSmallerUpTo += Math.Pow(4, Math.Ceiling(Math.Log(count * 3.0) / Math.Log(4)));
        }

        return population <= listIsSmallerUpTo ? SampleFromList(population, count) : SampleWithSet(population, count);
    }

    private int[] SampleFromList(int population, int count)
    {
        var pool = Enumerable.Range(0, population).ToArray();
        var result = new int[count];
        for (var i = 0; i < count; i++)
        {
            var j = (int)Below(population - i);
            result[i] = pool[j];
            pool[j] = pool[population - i - 1];
        }

        return result;
    }

    private int[] SampleWithSet(int population, int count)
    {
        var taken = new HashSet<int>(count);
        var result = new int[count];
        for (var i = 0; i < count; i++)
        {
            do
            {
                result[i] = (int)Below(population);
            }
            while (!taken.Add(result[i]));
        }

        return result;
    }

    private void Initialize(uint[] key)
    {
        _state[0] = 19650218;
        for (var i = 1; i < Size; i++)
        {
            _state[i] = (1812433253 * (_state[i - 1] ^ (_state[i - 1] >> 30))) + (uint)i;
        }

        var at = 1;
        for (var (step, word) = (Math.Max(Size, key.Length), 0); step > 0; step--)
        {
            _state[at] = (_state[at] ^ ((_state[at - 1] ^ (_state[at - 1] >> 30)) * 1664525)) + key[word] + (uint)word;
            at = Following(at);
            word = (word + 1) % key.Length;
        }

        for (var step = Size - 1; step > 0; step--)
        {
            _state[at] = (_state[at] ^ ((_state[at - 1] ^ (_state[at - 1] >> 30)) * 1566083941)) - (uint)at;
            at = Following(at);
        }

        _state[0] = 0x80000000;
    }

    private int Following(int at)
    {
        if (at + 1 < Size)
        {
            return at + 1;
        }

        _state[0] = _state[Size - 1];
        return 1;
    }

    /// <summary>The next 32 bits of MT19937.</summary>
    private uint Word()
    {
        if (_next == Size)
        {
            Twist();
            _next = 0;
        }

        var y = _state[_next++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c5680;
        y ^= (y << 15) & 0xefc60000;
        return y ^ (y >> 18);
    }

    private void Twist()
    {
        for (var i = 0; i < Size; i++)
        {
            var y = (_state[i] & 0x80000000) | (_state[(i + 1) % Size] & 0x7fffffff);
            _state[i] = _state[(i + Middle) % Size] ^ (y >> 1) ^ ((y & 1) * 0x9908b0df);
        }
    }
}

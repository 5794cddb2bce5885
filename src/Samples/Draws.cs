using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Harness.Data.Sampling;

namespace Harness.Samples;

/// <summary>
/// A stream of draws that belongs to one document: its random numbers depend on the seed and the document's name alone, so documents can be made in any order.
/// </summary>
public sealed class Draws
{
    private readonly PythonRandom _random;

    /// <param name="seed">Of everything.</param>
    /// <param name="document">What is drawn for, <c>c4 train 17</c>.</param>
    public Draws(BigInteger seed, string document) =>
        _random = new PythonRandom(new BigInteger(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed} {document}")).AsSpan(0, 8), isUnsigned: true));

    /// <summary>Uniform over 0 … bound − 1.</summary>
    public int Below(int bound) => (int)_random.Below(bound);

    /// <summary>Both ends included.</summary>
    public int Between(int low, int high) => (int)_random.Int(low, high);

    /// <summary>True in <paramref name="percent"/> of a hundred draws.</summary>
    public bool Chance(int percent) => Below(100) < percent;

    /// <summary>One of them.</summary>
    public T Of<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    /// <summary>One that is none of <paramref name="others"/>.</summary>
    public T Besides<T>(IReadOnlyList<T> items, params IReadOnlyList<T> others) => Of([.. items.Where(item => !others.Contains(item))]);

    /// <summary>Several, all different, in the order drawn.</summary>
    public IReadOnlyList<T> Some<T>(IReadOnlyList<T> items, int count) => [.. _random.Sample(items.Count, count).Select(index => items[index])];

    /// <summary>Normal with mean 0 and deviation 1 (Box and Muller 1958).</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - _random.Double())) * Math.Cos(2 * Math.PI * _random.Double());

    /// <summary>All of them in another order.</summary>
    public IReadOnlyList<T> Shuffled<T>(IReadOnlyList<T> items) => Some(items, items.Count);
}

using System.Numerics;
using System.Text.Json;
using Harness.Data.Sampling;
using Harness.Tests.Shared;

namespace Harness.Data.Tests.Sampling;

public sealed class PythonRandomTests
{
    [Fact]
    public void Equals_CPython_on_every_recorded_stream()
    {
        using var vectors = JsonDocument.Parse(File.ReadAllText(ReferencePack.Path("pruning", "rng", "vectors.json")));
        foreach (var stream in vectors.RootElement.GetProperty("python_random").EnumerateArray())
        {
            var seed = stream.GetProperty("seed").GetInt64();
            var bits = new PythonRandom(seed);
            foreach (var expected in Numbers(stream.GetProperty("getrandbits32")))
            {
                ((long)bits.Bits(32)).ShouldBe(expected);
            }

            foreach (var range in stream.GetProperty("randint").EnumerateArray())
            {
                var random = new PythonRandom(seed);
                var (low, high) = (range.GetProperty("a").GetInt64(), range.GetProperty("b").GetInt64());
                Numbers(range.GetProperty("values")).Select(_ => random.Int(low, high)).ShouldBe(Numbers(range.GetProperty("values")));
            }

            var reals = new PythonRandom(seed);
            foreach (var expected in stream.GetProperty("random").EnumerateArray())
            {
                reals.Double().ShouldBe(expected.GetDouble());
            }

            foreach (var shuffle in stream.GetProperty("shuffle").EnumerateArray())
            {
                var items = Enumerable.Range(0, shuffle.GetProperty("n").GetInt32()).Select(i => (long)i).ToArray();
                new PythonRandom(seed).Shuffle(items.AsSpan());
                items.ShouldBe(Numbers(shuffle.GetProperty("result")));
            }

            foreach (var sample in stream.GetProperty("sample").EnumerateArray())
            {
                new PythonRandom(seed).Sample(sample.GetProperty("n").GetInt32(), sample.GetProperty("k").GetInt32())
                    .Select(i => (long)i).ShouldBe(Numbers(sample.GetProperty("result")));
            }
        }
    }

    // Python 3.11: random.Random(seed).getrandbits(32) and random.Random(7).sample(range(n), k)
    [Theory]
    [InlineData("-42", 2746317213u)]
    [InlineData("42", 2746317213u)]
    [InlineData("123456789012345678901234567890", 3124625047u)]
    public void Takes_any_integer_as_seed(string seed, uint first) => new PythonRandom(BigInteger.Parse(seed)).Bits(32).ShouldBe(first);

    [Theory]
    [InlineData(5, 5, new[] { 2, 1, 3, 0, 4 })]
    [InlineData(21, 4, new[] { 10, 4, 12, 1 })]
    [InlineData(22, 4, new[] { 10, 4, 12, 20 })]
    [InlineData(85, 6, new[] { 41, 19, 50, 6, 9, 68 })]
    [InlineData(86, 6, new[] { 41, 19, 50, 83, 6, 9 })]
    [InlineData(1000, 17, new[] { 331, 970, 154, 404, 666, 49, 74, 840, 548, 96, 374, 596, 59, 931, 519, 219, 38 })]
    public void Samples_from_a_list_or_with_a_set_as_CPython_does(int population, int count, int[] expected) =>
        new PythonRandom(7).Sample(population, count).ShouldBe(expected);

    [Fact]
    public void Draws_up_to_64_bits() => new PythonRandom(3).Bits(64).ShouldBe(10932295209482665981ul);

    [Fact]
    public void Refuses_a_sample_larger_than_its_population() =>
        Should.Throw<ArgumentOutOfRangeException>(() => new PythonRandom(0).Sample(3, 4));

    private static long[] Numbers(JsonElement list) => list.EnumerateArray().Select(item => item.GetInt64()).ToArray();
}

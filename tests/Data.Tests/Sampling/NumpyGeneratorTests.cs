using System.Text.Json;
using Harness.Data.Sampling;
using Harness.Tests.Shared;

namespace Harness.Data.Tests.Sampling;

public sealed class NumpyGeneratorTests
{
    [Fact]
    public void Equals_numpy_on_every_recorded_permutation()
    {
        using var vectors = JsonDocument.Parse(File.ReadAllText(ReferencePack.Path("pruning", "rng", "vectors.json")));
        foreach (var recorded in vectors.RootElement.GetProperty("numpy_default_rng_permutation").EnumerateArray())
        {
            var permutation = new NumpyGenerator(recorded.GetProperty("seed").GetInt64()).Permutation(recorded.GetProperty("n").GetInt32());
            ContentKey.OfIds(permutation).ShouldBe(recorded.GetProperty("sha256_int32").GetString());
        }
    }

    [Fact]
    public void Permutes_as_numpy_does() => new NumpyGenerator(42).Permutation(10).ShouldBe([5, 6, 0, 7, 3, 2, 4, 9, 1, 8]);

    [Fact]
    public void Refuses_a_negative_seed() => Should.Throw<ArgumentOutOfRangeException>(() => new NumpyGenerator(-1));
}

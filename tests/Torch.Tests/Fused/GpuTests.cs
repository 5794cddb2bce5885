using TorchSharp;
using static TorchSharp.torch;

namespace Harness.Torch.Tests.FusedOperations;

/// <summary>Each operation on a GPU beside the same on the CPU; skipped where there is none.</summary>
public sealed class GpuTests
{
    public GpuTests() => Assert.SkipUnless(cuda.is_available(), "there is no CUDA device");

    [Theory]
    [InlineData(3, 100, 37)]
    [InlineData(64, 1024, 512)]
    [InlineData(5, 5000, 4999)]
    [InlineData(5, 300, 300)]
    [InlineData(5, 300, 0)]
    [InlineData(700, 257, 100)]
    public void Row_smallest_mask_is_that_of_the_CPU(int rows, int columns, int k)
    {
        using var scope = NewDisposeScope();
        var metric = Awkward(rows, columns);

        Bytes(Fused.RowSmallestMask(metric.to(CUDA), k)).ShouldBe(Bytes(Fused.RowSmallestMask(metric, k)));
    }

    [Theory]
    [InlineData(3, 128, 2, 4)]
    [InlineData(70, 1000, 4, 8)]
    [InlineData(5, 302, 1, 4)]
    [InlineData(5, 640, 7, 32)]
    public void Nm_prune_mask_is_that_of_the_CPU(int rows, int columns, int pruned, int group)
    {
        using var scope = NewDisposeScope();
        var metric = Awkward(rows, columns);

        Bytes(Fused.NmPruneMask(metric.to(CUDA), pruned, group)).ShouldBe(Bytes(Fused.NmPruneMask(metric, pruned, group)));
    }

    [Theory]
    [InlineData(1, 1, 0, 0, false)]
    [InlineData(17, 128, 0, 0, false)]
    [InlineData(1000, 128, 0, 0, false)]
    [InlineData(33, 64, 2, 4, false)]
    [InlineData(16, 44, 4, 8, false)]
    [InlineData(20, 32, 2, 4, true)]
    [InlineData(20, 96, 16, 48, true)]
    [InlineData(9, 1500, 2, 4, false)]
    [InlineData(2, 3080, 2, 4, false)]
    public void The_sweep_of_SparseGPT_gives_the_bytes_of_the_CPU(int rows, int width, int pruned, int group, bool normed)
    {
        using var scope = NewDisposeScope();
        var weights = randn([rows, width]);
        var u = (randn([width, width]) * 0.1).triu() + eye(width);
        var mask = rand([rows, width]).lt(0.5);
        var norm = normed ? rand([width]) : null;
        var (there, marked) = (weights.to(CUDA), mask.to(CUDA));

        var errors = Fused.SparseGptBlock(there, u.to(CUDA), marked, pruned, group, norm?.to(CUDA));
        var expected = Fused.SparseGptBlock(weights, u, mask, pruned, group, norm);

        Bytes(marked).ShouldBe(Bytes(mask));
        Bytes(there).ShouldBe(Bytes(weights));
        Bytes(errors).ShouldBe(Bytes(expected));
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    public void Column_square_sums_are_those_of_doubles(ScalarType type)
    {
        using var scope = NewDisposeScope();
        var x = randn([3, 150, 77]).to(type);
        var sums = ones([77], ScalarType.Float64, CUDA);

        Fused.ColumnSquareSum(sums, x.to(CUDA));

        var expected = x.to(ScalarType.Float64).square().sum([0, 1]).add(1);
        Distance(sums, expected).ShouldBeLessThan(1e-13);
    }

    [Fact]
    public void Kth_smallest_is_that_of_the_CPU()
    {
        using var scope = NewDisposeScope();
        var x = Awkward(40, 333);
        foreach (var k in (long[])[0, 17, 5000, 40 * 333 - 1])
        {
            Fused.KthSmallest(x.to(CUDA), k).item<float>().ShouldBe(Fused.KthSmallest(x, k).item<float>());
        }

        var finite = randn([40, 333]);
        Distance(Fused.SquareSum(finite.to(CUDA)), Fused.SquareSum(finite)).ShouldBeLessThan(1e-12);
    }

    [Theory]
    [InlineData(ScalarType.Float32, 4, 1e-5)]
    [InlineData(ScalarType.Float16, 4, 2e-3)]
    [InlineData(ScalarType.BFloat16, 2, 2e-2)]
    [InlineData(ScalarType.Float16, 1, 2e-3)]
    public void Attention_is_that_of_the_CPU(ScalarType type, int keyHeads, double tolerance)
    {
        using var scope = NewDisposeScope();
        var (q, k, v) = (randn([2, 130, 4, 64]), randn([2, 130, keyHeads, 64]), randn([2, 130, keyHeads, 64]));
        var expected = Fused.CausalAttention(q.to(type).to(ScalarType.Float32), k.to(type).to(ScalarType.Float32), v.to(type).to(ScalarType.Float32), 0.125);

        Distance(Fused.CausalAttention(Device(q), Device(k), Device(v), 0.125), expected).ShouldBeLessThan(tolerance);
        // and what the fused one has no form for
        var windowed = Fused.CausalAttention(q.to(type).to(ScalarType.Float32), k.to(type).to(ScalarType.Float32), v.to(type).to(ScalarType.Float32), 0.125, window: 20);
        Distance(Fused.CausalAttention(Device(q), Device(k), Device(v), 0.125, window: 20), windowed).ShouldBeLessThan(tolerance);

        Tensor Device(Tensor x) => x.to(type).to(CUDA);
    }

    [Theory]
    [InlineData(ScalarType.Float32, 1e-6)]
    [InlineData(ScalarType.Float16, 1e-3)]
    public void Norms_gates_and_rotary_positions_are_those_of_the_CPU(ScalarType type, double tolerance)
    {
        using var scope = NewDisposeScope();
        var (x, weight, up) = (randn([2, 9, 64]).to(type), rand([64]).to(type), randn([2, 9, 64]).to(type));
        var (cos, sin) = (rand([9, 8]).to(type), rand([9, 8]).to(type));
        var heads = randn([2, 9, 4, 16]).to(type);

        Distance(Fused.RmsNorm(x.to(CUDA), weight.to(CUDA), 1e-5), Fused.RmsNorm(Wide(x), Wide(weight), 1e-5)).ShouldBeLessThan(tolerance);
        Distance(Fused.SiluMul(x.to(CUDA), up.to(CUDA)), Fused.SiluMul(Wide(x), Wide(up))).ShouldBeLessThan(2 * tolerance);
        Distance(Fused.Rotary(heads.to(CUDA), cos.to(CUDA), sin.to(CUDA)), Fused.Rotary(Wide(heads), Wide(cos), Wide(sin))).ShouldBeLessThan(2 * tolerance);
        // a part of each head, its pairs neighbours, in a view
        var (some, other) = (cos.narrow(1, 0, 6), sin.narrow(1, 0, 6));
        Distance(Fused.Rotary(heads.to(CUDA).narrow(2, 1, 3), some.to(CUDA), other.to(CUDA), 3, interleaved: true), Fused.Rotary(Wide(heads.narrow(2, 1, 3)), Wide(some), Wide(other), 3, interleaved: true))
            .ShouldBeLessThan(2 * tolerance);
        Distance(Fused.SiluMul(x.to(CUDA).narrow(2, 0, 32), up.to(CUDA).narrow(2, 32, 32)), Fused.SiluMul(Wide(x.narrow(2, 0, 32)), Wide(up.narrow(2, 32, 32)))).ShouldBeLessThan(2 * tolerance);

        static Tensor Wide(Tensor x) => x.to(ScalarType.Float32).clone();
    }

    [Fact]
    public async Task Work_beside_the_default_stream_waits_for_what_came_before_and_is_done_when_it_ends()
    {
        using var x = rand([2000, 2000], device: CUDA); // no scope: it would belong to one thread
        var product = x;
        for (var i = 0; i < 50; i++)
        {
            product = product.matmul(x).div(1000);
        }

        var (free, peak) = (Accelerator.FreeMemory(CUDA), Accelerator.PeakMemory(CUDA));
        using var beside = await Accelerator.Beside(CUDA, () => product.mul(2));

        Distance(beside, product.mul(2)).ShouldBe(0);
        (free, peak).ShouldSatisfyAllConditions(memory => memory.free.ShouldNotBeNull().ShouldBeGreaterThan(1_000_000), memory => memory.peak.ShouldNotBeNull().ShouldBeGreaterThan(16_000_000));
    }

    /// <summary>Ties, both zeros, infinities and NaN among random numbers.</summary>
    private static Tensor Awkward(int rows, int columns)
    {
        manual_seed(rows + columns);
        var values = (randn([rows, columns]) * 4).to(ScalarType.Int64).to(ScalarType.Float32).div(4).mul(rand([rows, columns]).gt(0.1).to(ScalarType.Float32));
        values = values.masked_fill(rand([rows, columns]).lt(0.01), float.NaN);
        return values.masked_fill(rand([rows, columns]).lt(0.01), float.PositiveInfinity);
    }

    private static byte[] Bytes(Tensor tensor) => tensor.cpu().contiguous().bytes.ToArray();

    /// <summary>The largest difference as a share of the largest value.</summary>
    private static double Distance(Tensor found, Tensor expected)
    {
        var (a, b) = (found.cpu().to(ScalarType.Float64), expected.cpu().to(ScalarType.Float64));
        return (a - b).abs().max().item<double>() / b.abs().max().item<double>();
    }
}

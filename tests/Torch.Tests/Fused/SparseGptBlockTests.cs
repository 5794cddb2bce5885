using System.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace Harness.Torch.Tests.FusedOperations;

public sealed class SparseGptBlockTests
{
    [Theory]
    [InlineData(1, 1, 0, 0, false)]
    [InlineData(17, 128, 0, 0, false)]
    [InlineData(33, 64, 2, 4, false)]
    [InlineData(16, 44, 4, 8, false)]
    [InlineData(20, 32, 2, 4, true)]
    public void Gives_the_bytes_of_the_sweep_row_by_row(int rows, int width, int pruned, int group, bool normed)
    {
        // The kernel is for single precision, the plain form for any.
        Compare<float>(ScalarType.Float32, rows, width, pruned, group, normed);
        Compare<double>(ScalarType.Float64, rows, width, pruned, group, normed);
    }

    private static void Compare<T>(ScalarType type, int rows, int width, int pruned, int group, bool normed)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var scope = NewDisposeScope();
        var weights = randn([rows, width], type);
        var u = (randn([width, width], type) * 0.1).triu() + eye(width, type);
        var mask = rand([rows, width]).lt(0.5);
        var norm = normed ? rand([width], type) : null;
        var (w, marked, errors) = (weights.data<T>().ToArray(), mask.data<bool>().ToArray(), new T[rows * width]);
        Sweep(w, u.data<T>().ToArray(), marked, errors, rows, width, pruned, group, norm?.data<T>().ToArray());

        var found = Fused.SparseGptBlock(weights, u, mask, pruned, group, norm);

        weights.data<T>().ToArray().ShouldBe(w);
        mask.data<bool>().ToArray().ShouldBe(marked);
        found.data<T>().ToArray().ShouldBe(errors);
    }

    /// <summary>Algorithm 1 of the paper, row by row, every operation rounded.</summary>
    private static void Sweep<T>(T[] w, T[] u, bool[] mask, T[] errors, int rows, int width, int pruned, int group, T[]? norm)
        where T : IFloatingPointIeee754<T>
    {
        for (var row = 0; row < rows; row++)
        {
            var line = row * width;
            for (var i = 0; i < width; i++)
            {
                if (group > 0 && i % group == 0)
                {
                    foreach (var (j, rank) in Enumerable.Range(i, Math.Min(group, width - i)).OrderBy(Score).Select((j, rank) => (j, rank)))
                    {
                        mask[line + j] = rank < pruned;
                    }
                }

                var kept = mask[line + i] ? T.Zero : w[line + i];
                errors[line + i] = (w[line + i] - kept) / u[i * width + i];
                for (var j = i; j < width; j++)
                {
                    var product = errors[line + i] * u[i * width + j];
                    w[line + j] -= product;
                }

                w[line + i] = kept;
            }

            T Score(int j)
            {
                var pivot = u[j * width + j];
                return norm is null ? w[line + j] * w[line + j] / (pivot * pivot) : T.Abs(w[line + j]) * norm[j];
            }
        }
    }

    [Fact]
    public void Works_inside_a_matrix()
    {
        using var scope = NewDisposeScope();
        var weights = randn([20, 48]);
        var mask = rand([20, 48]).lt(0.5);
        var u = (randn([48, 48]) * 0.1).triu() + eye(48);
        var (w, m) = (weights.narrow(1, 16, 16), mask.narrow(1, 16, 16));
        var factor = u.narrow(0, 16, 16).narrow(1, 16, 16);
        var (block, before) = (w.contiguous(), weights.clone());
        var expected = Fused.SparseGptBlock(block, factor.contiguous(), m.contiguous());

        equal(Fused.SparseGptBlock(w, factor, m), expected).ShouldBeTrue();

        equal(w, block).ShouldBeTrue();
        equal(weights.narrow(1, 0, 16), before.narrow(1, 0, 16)).ShouldBeTrue();
        equal(weights.narrow(1, 32, 16), before.narrow(1, 32, 16)).ShouldBeTrue();
    }
}

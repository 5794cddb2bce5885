using TorchSharp;
using static TorchSharp.torch;

namespace Harness.Torch.Tests.FusedOperations;

public sealed class InverseFactorTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(65)]
    [InlineData(300)]
    public void Is_the_factor_of_the_inverse(long n)
    {
        using var scope = NewDisposeScope();
        var h = Definite(n);

        var u = Fused.InverseFactor(h, 0.25)!;

        u.dtype.ShouldBe(float32);
        u.ShouldAgreeWith(u.triu(), 0);
        u.diagonal().gt(0).all().item<bool>().ShouldBeTrue();
        var wide = u.to(float64);
        wide.matmul(h + (eye(n, float64) * 0.25)).matmul(wide.t()).ShouldAgreeWith(eye(n, float64), 1e-5);
    }

    [Fact]
    public void Follows_the_plain_form()
    {
        using var scope = NewDisposeScope();
        var h = Definite(40);

        Fused.InverseFactor(h, 0.5)!.ShouldAgreeWith(Fused.InverseFactor(h.to(float32), 0.5)!, 1e-5);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Reads_from_the_diagonal_on_and_changes_nothing(bool isPlain)
    {
        using var scope = NewDisposeScope();
        var h = Definite(9).to(isPlain ? float32 : float64);
        var upper = h.triu() + ones_like(h).triu(1).t().mul(7);
        var before = upper.clone();

        Fused.InverseFactor(upper, 0.1)!.ShouldAgreeWith(Fused.InverseFactor(h, 0.1)!, 0);

        equal(upper, before).ShouldBeTrue();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Is_null_where_there_is_none(bool isPlain)
    {
        using var scope = NewDisposeScope();
        var type = isPlain ? float32 : float64;

        Fused.InverseFactor(ones([3, 3], type), 0).ShouldBeNull();
        Fused.InverseFactor(eye(3, type), -1).ShouldBeNull();
    }

    private static Tensor Definite(long n)
    {
        manual_seed(n);
        var x = randn([2 * n, n], float64);
        return x.t().matmul(x) / (2 * n);
    }
}

using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Harness.Torch.Tests;

public sealed class TensorTests
{
    [Fact]
    public void Adds_by_the_operator_of_that_name()
    {
        using var scope = NewDisposeScope();

        var sum = tensor([1f, 2f]) + tensor([10f, 20f]);

        sum.data<float>().ToArray().ShouldBe([11f, 22f]);
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Int64)]
    [InlineData(ScalarType.Byte)]
    public void Converts_between_element_types(ScalarType type)
    {
        using var scope = NewDisposeScope();

        tensor([1f, 2f, 3f]).to(type).to(float32).data<float>().ToArray().ShouldBe([1f, 2f, 3f]);
    }

    [Fact]
    public void Names_the_operator_that_failed()
    {
        using var scope = NewDisposeScope();

        var failure = Should.Throw<ExternalException>(() => ones([2, 3]).mm(ones([2, 3])));

        failure.Message.ShouldStartWith("aten::mm: mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)");
    }

    [Fact]
    public void Leaves_no_tensor_behind()
    {
        var before = Tensor.TotalCount;
        using (NewDisposeScope())
        {
            var x = randn([4, 4]);
            x.matmul(x).relu_sum().ShouldBeGreaterThanOrEqualTo(0);
        }

        Tensor.TotalCount.ShouldBe(before);
    }

    [Fact]
    public void Keeps_what_is_moved_to_the_outer_scope()
    {
        using var outer = NewDisposeScope();
        Tensor kept, dropped;
        using (NewDisposeScope())
        {
            dropped = ones([2]);
            kept = dropped.add(1).MoveToOuterDisposeScope();
        }

        dropped.IsInvalid.ShouldBeTrue();
        kept.data<float>().ToArray().ShouldBe([2f, 2f]);
    }

    [Fact]
    public void Refuses_a_tensor_that_was_disposed()
    {
        var x = ones([2]);
        x.Dispose();

        Should.Throw<ObjectDisposedException>(() => x.add(1));
    }
}

file static class Sums
{
    internal static float relu_sum(this Tensor x) => nn.functional.relu(x).sum().item<float>();
}

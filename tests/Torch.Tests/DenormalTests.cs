using static TorchSharp.torch;

namespace Harness.Torch.Tests;

public sealed class DenormalTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Numbers_too_small_become_zero_where_that_was_asked_for(bool flushed)
    {
        using var scope = NewDisposeScope();
        var small = full([1 << 20], 1e-30f);
        set_flush_denormal(flushed);
        try
        {
            var zeros = flushed ? 1 << 20 : 0;
            small.mul(1e-10f).eq(0).sum().item<long>().ShouldBe(zeros);
        }
        finally
        {
            set_flush_denormal(false);
        }
    }
}

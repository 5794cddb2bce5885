using Harness.Models.Checkpoints;

namespace Harness.Models.Tests.Checkpoints;

public sealed class PackedMaskTests
{
    [Fact]
    public void Packs_row_after_row_the_least_significant_bit_first()
    {
        using var scope = NewDisposeScope();

        PackedMask.Of(tensor(new float[,] { { 1, 0, 2 }, { 0, 0, 3 }, { -1, 4, 0 } })).data<byte>().ToArray().ShouldBe(new byte[] { 0b1110_0101, 0 });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(13)]
    public void Unpacks_what_it_packed(int columns)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var bits = randn([3, columns]).gt(0);

        equal(PackedBits.Unpacked(PackedBits.Of(bits), columns), bits).ShouldBeTrue();
    }
}

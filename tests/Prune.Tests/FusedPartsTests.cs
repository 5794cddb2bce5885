using Harness.Models;

namespace Harness.Prune.Tests;

/// <summary>Fused matrices pruned part by part, on tiny checkpoints whose q, k and v lie stacked, or head by head.</summary>
public sealed class FusedPartsTests
{
    [Theory]
    [InlineData("baichuan-13b", "magnitude")]
    [InlineData("phi3", "magnitude")]
    [InlineData("internlm2", "magnitude")]
    [InlineData("gpt2", "magnitude")]
    [InlineData("internlm2", "sparsegpt")]
    public void Each_part_loses_half(string family, string method)
    {
        using var scope = NewDisposeScope();
        // what is at the threshold goes as well
        Zeros(family, method, splits: true).ShouldAllBe(part => part.Zeros.Zeros == part.Zeros.Elements / 2 + 1);
        Zeros(family, method, splits: false).ShouldContain(part => part.Zeros.Zeros != part.Zeros.Elements / 2 + 1);
    }

    [Fact]
    public void Rows_stay_with_methods_that_compare_within_rows()
    {
        using var scope = NewDisposeScope();
        Zeros("internlm2", "wanda", splits: true).ShouldBe(Zeros("internlm2", "wanda", splits: false));
    }

    [Fact]
    public void Given_masks_cannot_be_split() =>
        Should.Throw<InputException>(() => PruningRecipe.Read("masks", new Dictionary<string, string> { ["masks"] = "masks.safetensors", ["split-fused"] = "true" }, null, Propagation.Sequential))
            .Message.ShouldBe("masks says by its own options what goes of every matrix. Leave split-fused out.");

    private static List<(string Part, (long Zeros, long Elements) Zeros)> Zeros(string family, string method, bool splits)
    {
        using var model = CausalLM.Open(ReferencePack.Path("families", family));
        var recipe = PruningRecipe.Read(method, splits ? new Dictionary<string, string> { ["split-fused"] = "true" } : [], Sparsity.Parse("0.5"), Propagation.Sequential);
        using var run = new PruningRun(recipe, recipe.IsCalibrated ? HiddenStates.Embed(model, [.. Enumerable.Range(0, 96).Select(i => i * 11 % 97)], 32) : null);
        var found = new List<(string, (long, long))>();
        foreach (var (_, block) in new PruningWalk(model, [run]).Steps())
        {
            foreach (var linear in block.Linears.Where(linear => linear.Split is not null))
            {
                foreach (var (part, rows) in linear.Split!.Rows().Index())
                {
                    var weight = linear.Weight.index_select(0, tensor(rows));
                    found.Add(($"{linear.Parameter} {part}", (weight.eq(0).sum().item<long>(), weight.numel())));
                }
            }
        }

        run.Failure.ShouldBeNull();
        return found;
    }
}

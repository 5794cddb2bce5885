using System.Text.Json;
using Harness.Models.Checkpoints;
using Harness.Prune.Symbolic;

namespace Harness.Prune.Tests.Symbolic;

/// <summary>Trees of the authors' code: their forms, and their values on two sets of tensors.</summary>
public sealed class ReferenceTreeTests
{
    [Fact]
    public void Trees_are_read_and_written_as_the_authors_code_does()
    {
        foreach (var (tree, expected) in Trees())
        {
            var name = expected.GetProperty("string").GetString()!;
            FormulaParser.Parse(name).ShouldBe(tree, name);
            FormulaParser.Parse(tree.ToString()).ShouldBe(tree, name);
            JsonElement.DeepEquals(JsonDocument.Parse(tree.ToJson().ToJsonString()).RootElement, expected.GetProperty("tree")).ShouldBeTrue(name);
            tree.Size.ShouldBe(expected.GetProperty("size").GetInt32(), name);
            foreach (var leaf in expected.GetProperty("leaves").EnumerateObject())
            {
                tree.Nodes.Count(node => node.Symbol == leaf.Name).ShouldBe(leaf.Value.GetInt32(), name);
            }
        }
    }

    [Theory]
    [InlineData("prune_like")]
    [InlineData("signed")]
    public void Values_are_those_of_the_authors_code(string set)
    {
        using var scope = NewDisposeScope();
        using var values = SafetensorsFile.Open(ReferencePack.Path("pruning", "trees", "values.safetensors"));
        var inputs = new TreeInputs(values.Load($"in.{set}.W"), values.Load($"in.{set}.G"), values.Load($"in.{set}.X"));
        foreach (var (tree, json) in Trees())
        {
            using var inner = NewDisposeScope();
            var expected = values.Load($"out.{set}.{json.GetProperty("id").GetInt32()}");
            var value = tree.Evaluate(inputs);

            value.shape.ShouldBe(expected.shape, tree.ToString());
            equal(value.isnan(), expected.isnan()).ShouldBeTrue(tree.ToString());
            var ordered = expected.isnan().logical_not();
            allclose(value.masked_select(ordered), expected.masked_select(ordered), 1e-5, 1e-6).ShouldBeTrue(tree.ToString());
        }
    }

    private static IEnumerable<(Tree Tree, JsonElement Json)> Trees()
    {
        var path = ReferencePack.Path("pruning", "trees", "trees.json");
        return JsonDocument.Parse(File.ReadAllText(path)).RootElement.GetProperty("trees").EnumerateArray()
            .Select(json => (TreeJson.Parse(json.GetProperty("tree").GetRawText(), path), json));
    }
}

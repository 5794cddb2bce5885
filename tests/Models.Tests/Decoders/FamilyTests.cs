using System.Text.Json;
using Harness.Models.Checkpoints;

namespace Harness.Models.Tests.Decoders;

/// <summary>Logits and hidden states of the reference pack's tiny checkpoints, each within the tolerance stated beside it.</summary>
public sealed class FamilyTests
{
    public static TheoryData<string> Families => [.. ReferenceFamilies.All];

    [Theory]
    [MemberData(nameof(Families))]
    public void Logits_and_hidden_states_equal_the_reference(string family)
    {
        using var scope = NewDisposeScope();
        var folder = ReferencePack.Path("families", family);
        using var expected = SafetensorsFile.Open(Path.Combine(folder, "expected.safetensors"));
        var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "expected.json"))).RootElement;
        var tolerance = json.GetProperty("hidden_states").GetProperty("suggested_abs_tolerance").GetDouble();
        using var model = CausalLM.Open(folder);

        Compare(model, expected.Load("input_ids"), expected.Load("logits"), json.GetProperty("logits").GetProperty("suggested_abs_tolerance").GetDouble(),
            layer => (expected.Load($"hidden_states.{layer}"), tolerance));
        if (expected.Header.Entries.Any(entry => entry.Name == "long_input_ids"))
        {
            Compare(model, expected.Load("long_input_ids"), expected.Load("long_logits"), tolerance, _ => null);
        }
    }

    private static void Compare(CausalLM model, Tensor ids, Tensor logits, double tolerance, Func<int, (Tensor Values, double Tolerance)?> hidden)
    {
        using var states = HiddenStates.Embed(model, ids.to(int32).data<int>().ToArray(), (int)ids.shape[1]);
        var current = states;
        foreach (var block in model.Blocks())
        {
            Check(block.Index, current);
            current = current.Through(block);
        }

        Check(model.Config.Layers, current);
        using var head = model.Head();
        Difference(head.Logits(current.Values), logits).ShouldBeLessThan(tolerance);

        void Check(int layer, HiddenStates states)
        {
            if (hidden(layer) is { } expected)
            {
                Difference(states.Values, expected.Values).ShouldBeLessThan(expected.Tolerance, $"hidden_states.{layer}");
            }
        }
    }

    private static double Difference(Tensor actual, Tensor expected) => actual.sub(expected).abs().max().item<float>();
}

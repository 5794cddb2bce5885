using Harness.Models;
using Harness.Models.Checkpoints;
using Harness.Models.Cost;
using Harness.ZeroShot;

namespace Harness.Bench;

/// <summary>A batch through all blocks and the output head, beside what its matrix products alone would take.</summary>
internal static class Forward
{
    private const int Sequences = 8;
    private const int Length = 512;
    private const int Rounds = 3;
    private const double TargetRatio = 1.25;

    public static Section Measure(Place place)
    {
        var section = new Section(
            "forward", $"{Sequences} sequences of {Length} tokens through the model (target: {TargetRatio} × the floor)", "seconds", "best", "floor", "seconds / floor", "tokens/s");
        using var model = place.OpenModel(section);
        if (model is null)
        {
            return section;
        }

        var ids = RandomIds(model.Config, Sequences * Length);
        var shape = ModelShape.Of(model.Config);
        using var rate = new GemmRate().With(HiddenStates.TokensPerBatch(DeviceType.CPU), shape.Linears).With(Perplexity.TokensOfLogits, shape.Head).Measure();
        var timing = Timing.Of(Rounds, () => Run(model, ids, Length));
        var floor = rate.Measure().Floor(new Work(shape).Propagate(Sequences, Length, shape.Layers).Head(Sequences * (Length - 1)));
        section.Add(
            Figure.Of(timing.Median, "0.00"), Figure.Of(timing.Best, "0.00"), Figure.Of(floor, "0.00"), Figure.Of(timing.Median / floor, "0.00", TargetRatio),
            Figure.Of(ids.Length / timing.Median, "0"));
        return section;
    }

    /// <summary>Tokens without a meaning, the same each time.</summary>
    public static int[] RandomIds(ModelConfig config, int count)
    {
        var random = new Random(0);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(config.VocabSize))];
    }

    /// <summary>Sequences of a length through all blocks and the output head.</summary>
    public static void Run(CausalLM model, int[] ids, int length)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var states = HiddenStates.Embed(model, ids, length);
        foreach (var block in model.Blocks())
        {
            using var before = states;
            states = before.Through(block);
        }

        using var head = model.Head();
        var hidden = states.Batch(0, ids.Length / length).flatten(0, 1);
        for (var first = 0; first < ids.Length; first += Perplexity.TokensOfLogits)
        {
            using var inner = NewDisposeScope();
            head.Logits(hidden.narrow(0, first, Perplexity.TokensOfLogits));
        }

        states.Dispose();
    }
}

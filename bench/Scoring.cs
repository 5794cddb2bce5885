using Harness.Data.Corpora;
using Harness.Data.Sampling;
using Harness.Models;
using Harness.Models.Cost;
using Harness.Models.Tokenizers;
using Harness.ZeroShot;

namespace Harness.Bench;

/// <summary>Perplexity of a few windows, beside what its matrix products alone would take.</summary>
internal static class Scoring
{
    private const int Windows = 4;
    private const int Length = 1024;
    private const int Rounds = 2;

    public static Section Measure(Place place)
    {
        var section = new Section("scoring", $"Perplexity of {Windows} windows of {Length} tokens of wikitext2", "seconds", "best", "floor", "seconds / floor", "tokens/s");
        using var model = place.OpenModel(section);
        if (model is null || !place.HasData(section))
        {
            return section;
        }

        var length = Math.Min(Length, model.Config.MaxPositions);
        var text = EvaluationText.Encode(Wikitext.Test(place.Data!), Tokenizer.Load(place.Model!), length);
        var ids = text.Ids[..(Math.Min(Windows, text.Windows) * length)];
        var shape = ModelShape.Of(model.Config);
        using var rate = new GemmRate().With(HiddenStates.TokensPerBatch(DeviceType.CPU), shape.Linears).With(Perplexity.TokensOfLogits, shape.Head).Measure();
        var timing = Timing.Of(Rounds, () => Score(model, ids, length));
        var floor = rate.Measure().Floor(new Work(shape).Propagate(ids.Length / length, length, shape.Layers).Head(ids.Length / length * (length - 1)));
        section.Add(
            Figure.Of(timing.Median, "0.00"), Figure.Of(timing.Best, "0.00"), Figure.Of(floor, "0.00"), Figure.Of(timing.Median / floor, "0.00"),
            Figure.Of(ids.Length / timing.Median, "0"));
        return section;
    }

    private static void Score(CausalLM model, ReadOnlySpan<int> ids, int length)
    {
        using var perplexity = new Perplexity(model, ids, length);
        foreach (var block in model.Blocks())
        {
            perplexity.Advance(block);
        }

        using var head = model.Head();
        perplexity.Finish(head);
    }
}

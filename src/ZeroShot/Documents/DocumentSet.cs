using Harness.Data.Sampling;

namespace Harness.ZeroShot.Documents;

/// <summary>Which documents of a task are scored, in which order, behind which examples.</summary>
public static class DocumentSet
{
    private const int Seed = 42;

    /// <summary>
    /// The documents in the protocol's order, at most <paramref name="limit"/> of them. Few-shot examples are drawn as the harness does it: from the stream that has
    /// shuffled the documents, <paramref name="shots"/> for each document in turn.
    /// </summary>
    /// <param name="examples">Where examples are drawn from: the train split; may be null without shots.</param>
    public static IReadOnlyList<Document> Choose(IReadOnlyList<Document> all, ZeroShotProtocol protocol, int? limit, int shots = 0, IReadOnlyList<Document>? examples = null)
    {
        if (shots > 0 && !protocol.Shuffles)
        {
            throw new InputException($"Few-shot examples are defined for protocol {ZeroShotProtocol.LmEvalV0.Name}, not for {protocol.Name}. Leave --fewshot out.");
        }

        var (order, random) = (all.ToArray(), new PythonRandom(Seed));
        if (protocol.Shuffles)
        {
            random.Shuffle<Document>(order);
        }

        var chosen = order.Take(limit ?? order.Length);
        return shots == 0 ? [.. chosen] : [.. chosen.Select(document => Behind(document, random, shots, examples!))];
    }

    private static Document Behind(Document document, PythonRandom random, int shots, IReadOnlyList<Document> examples)
    {
        if (shots > examples.Count)
        {
            throw new InputException($"{shots} few-shot examples were asked for, and there are {examples.Count} to draw from. Lower --fewshot.");
        }

        var prefix = string.Concat(random.Sample(examples.Count, shots).Select(index => examples[index].Solved + "\n\n"));
        return document with { Choices = [.. document.Choices.Select(choice => choice with { Context = prefix + choice.Context })] };
    }
}

using Harness.Models.Tokenizers.Algorithms;
using Harness.Models.Tokenizers.Decoders;
using Harness.Models.Tokenizers.Normalizers;
using Harness.Models.Tokenizers.PreTokenizers;

namespace Harness.Models.Tokenizers;

/// <summary>The steps a tokenizer is made of, in the order a text passes them.</summary>
internal sealed record TokenizerParts
{
    /// <summary>Changes the whole text before anything else.</summary>
    public INormalizer Preparation { get; init; } = new NormalizerSequence([]);

    /// <summary>The tokens that are looked for in the text itself.</summary>
    public required IReadOnlyList<AddedToken> Added { get; init; }

    /// <summary>Changes each part between added tokens.</summary>
    public required INormalizer Normalizer { get; init; }

    /// <summary>Splits it into words.</summary>
    public IPreTokenizer PreTokenizer { get; init; } = new PreTokenizerSequence([]);

    /// <summary>Turns words into ids.</summary>
    public required ITokenModel Model { get; init; }

    /// <summary>Puts special tokens around them.</summary>
    public required Frame Frame { get; init; }

    /// <summary>Turns tokens back into text.</summary>
    public required IDecoder Decoder { get; init; }

    /// <summary>Names of the ids.</summary>
    public required Vocabulary Vocabulary { get; init; }

    /// <summary>The ids decoding leaves out when special tokens are not wanted.</summary>
    public required IReadOnlySet<int> LeftOut { get; init; }

    /// <summary>Begins a text.</summary>
    public int? BosId { get; init; }

    /// <summary>Ends a text.</summary>
    public int? EosId { get; init; }

    /// <summary>A lone mark at the start that gives way to any of <see cref="MarkGivesWayTo"/> after it (LlamaTokenizer, legacy=false); -1 for none.</summary>
    public int LoneMark { get; init; } = -1;

    /// <inheritdoc cref="LoneMark"/>
    public IReadOnlySet<int> MarkGivesWayTo { get; init; } = new HashSet<int>();

    /// <summary>Whether the first of <paramref name="ids"/> is a mark that gives way.</summary>
    public bool DropsMarkBefore(ReadOnlySpan<int> ids) => ids.Length > 1 && ids[0] == LoneMark && MarkGivesWayTo.Contains(ids[1]);

    /// <summary>Bounds the tokens of a text by its UTF-8 bytes.</summary>
    public Growth Growth()
    {
        var weight = new Weight(MarkIsOne: Vocabulary.Ids.ContainsKey(Weight.Mark.ToString()) && !PreTokenizer.WritesBytes);
        var once = Preparation.Growth(weight);
        var each = Normalizer.Growth(weight).Then(PreTokenizer.Growth(weight, split: false));
        if (Added.Count == 0 || each.Extra == 0)
        {
            return once.Then(each);
        }

        // Every added token in the text begins a part anew, with its own addition; it pays for one with the bytes it has beyond its own token.
        var shortest = Added.Min(token => weight.Of(token.Content));
        var covered = each.Factor * shortest >= 1 + each.Extra;
        return once.Then(covered ? each : each with { Factor = each.Factor + each.Extra });
    }
}

using Harness.Data.Corpora;

namespace Harness.Data.Sampling;

/// <summary>
/// The ids of a text to score: tokenised once as a whole, cut into windows of equal length, the remainder dropped
/// (locuslab/wanda lib/eval.py; c4: at most 256 windows).
/// </summary>
public sealed class EvaluationText
{
    private EvaluationText(string name, string textHash, int[] ids, int length)
    {
        (Name, TextHash, Ids, Length) = (name, textHash, ids, length);
        Hash = ContentKey.OfIds(ids);
    }

    /// <summary>The corpus.</summary>
    public string Name { get; }

    /// <summary>SHA-256 of the text (<see cref="ContentKey.OfText"/>).</summary>
    public string TextHash { get; }

    /// <summary>All ids, what is beyond the last whole window included.</summary>
    public int[] Ids { get; }

    /// <summary>Tokens of a window.</summary>
    public int Length { get; }

    /// <summary>Whole windows.</summary>
    public int Windows => Ids.Length / Length;

    /// <summary>SHA-256 of the ids (<see cref="ContentKey.OfIds"/>).</summary>
    public string Hash { get; }

    /// <summary>The ids of one window.</summary>
    public ReadOnlySpan<int> Window(int index) => Ids.AsSpan(index * Length, Length);

    /// <summary>Tokenises a corpus for windows of <paramref name="length"/> tokens.</summary>
    public static EvaluationText Encode(TextCorpus corpus, ITextEncoder encoder, int length)
    {
        if (length < 2)
        {
            throw new InputException($"Windows of {length} tokens cannot be scored; each must have 2 or more, since a token is predicted from those before it.");
        }

        var text = corpus.Text();
        var ids = encoder.Encode(text);
        if (ids.Length < length)
        {
            throw new InputException($"{corpus.Name} has {ids.Length} tokens, too few for one window of {length}. Use a shorter length or a longer text.");
        }

        var used = corpus.Windows is { } windows ? Math.Min(ids.Length, (long)windows * length) : ids.Length;
        return new EvaluationText(corpus.Name, ContentKey.OfText(text), used == ids.Length ? ids : ids[..(int)used], length);
    }
}

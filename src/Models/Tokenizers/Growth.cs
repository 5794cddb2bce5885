using System.Text;

namespace Harness.Models.Tokenizers;

/// <summary>How much a step can lengthen a text: to at most <see cref="Factor"/> times its weight, and <see cref="Extra"/> for each part of it.</summary>
internal readonly record struct Growth(long Factor, long Extra)
{
    /// <summary>Of a step that never lengthens a text.</summary>
    public static Growth None { get; } = new(1, 0);

    /// <summary>Of this step and another one after it.</summary>
    public Growth Then(Growth next) => new(Factor * next.Factor, Extra * next.Factor + next.Extra);
}

/// <summary>
/// The weight of a text: at most how many tokens it can become. A token covers at least one byte in UTF-8; the mark ▁ that stands for a space
/// counts one where the vocabulary has it, because it is then never taken apart.
/// </summary>
internal sealed record Weight(bool MarkIsOne)
{
    /// <summary>The mark SentencePiece writes for a space.</summary>
    public const char Mark = '▁';

    /// <summary>The weight of <paramref name="text"/>.</summary>
    public long Of(string text) => Encoding.UTF8.GetByteCount(text) - (MarkIsOne ? 2 * text.Count(unit => unit == Mark) : 0);
}

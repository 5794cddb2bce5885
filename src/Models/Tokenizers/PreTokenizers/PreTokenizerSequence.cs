namespace Harness.Models.Tokenizers.PreTokenizers;

/// <summary>One pre-tokenizer after another; an empty sequence leaves the text whole.</summary>
internal sealed class PreTokenizerSequence(IReadOnlyList<IPreTokenizer> steps) : IPreTokenizer
{
    /// <inheritdoc/>
    public bool WritesBytes => steps.Any(step => step.WritesBytes);

    /// <inheritdoc/>
    public Words Split(Words words) => steps.Aggregate(words, (current, step) => step.Split(current));

    /// <inheritdoc/>
    public Growth Growth(Weight weight, bool split)
    {
        var growth = Tokenizers.Growth.None;
        foreach (var step in steps)
        {
            growth = growth.Then(step.Growth(weight, split));
            split = true;
        }

        return growth;
    }
}

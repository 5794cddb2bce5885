using System.Text;

namespace Harness.Models.Tokenizers.Decoders;

/// <summary>A space before every token but the first and those inside a word; with <paramref name="cleanUp"/> none before English punctuation.</summary>
internal sealed class WordPieceDecoder(string prefix, bool cleanUp) : IDecoder
{
    // in this order
    private static readonly (string From, string To)[] CleanUps =
    [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"), (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens) => [.. tokens.Select((token, place) =>
    {
        var text = place == 0 ? token : token.StartsWith(prefix, StringComparison.Ordinal) ? token[prefix.Length..] : ' ' + token;
        return cleanUp ? CleanUps.Aggregate(new StringBuilder(text), (current, change) => current.Replace(change.From, change.To)).ToString() : text;
    })];
}

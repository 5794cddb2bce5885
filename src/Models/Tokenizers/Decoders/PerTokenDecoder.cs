namespace Harness.Models.Tokenizers.Decoders;

/// <summary>Changes every token by itself, knowing its place.</summary>
internal sealed class PerTokenDecoder(Func<string, int, string> change) : IDecoder
{
    /// <summary>Takes up to so many characters of one kind away at both ends.</summary>
    public static PerTokenDecoder Strip(char content, int start, int stop) => new((token, _) =>
    {
        var (from, to) = (0, token.Length);
        while (from < to && from < start && token[from] == content)
        {
            from++;
        }

        while (to > from && token.Length - to < stop && token[to - 1] == content)
        {
            to--;
        }

        return token[from..to];
    });

    /// <summary>Spaces for marks, none in the first token when a mark was put before the text.</summary>
    public static PerTokenDecoder Metaspace(char mark, bool wasPrepended) => new((token, place) =>
        place == 0 && wasPrepended ? token.Replace(mark.ToString(), "", StringComparison.Ordinal) : token.Replace(mark, ' '));

    /// <inheritdoc/>
    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens) => [.. tokens.Select(change)];
}

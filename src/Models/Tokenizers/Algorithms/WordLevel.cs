namespace Harness.Models.Tokenizers.Algorithms;

/// <summary>Every word is a token or unknown.</summary>
internal sealed class WordLevel(Dictionary<string, int> vocabulary, int? unknownId, Func<string, InputException> refusal) : ITokenModel
{
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _ids = vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <inheritdoc/>
    public void Encode(ReadOnlySpan<char> word, List<int> ids) =>
        ids.Add(_ids.TryGetValue(word, out var id) ? id : unknownId ?? throw refusal(word.ToString()));
}

namespace Harness.Models.Tokenizers.Algorithms;

/// <summary>Turns one word, or a whole text where nothing splits it before, into token ids.</summary>
internal interface ITokenModel
{
    /// <summary>Appends the ids of <paramref name="word"/> to <paramref name="ids"/>. Safe from many threads.</summary>
    void Encode(ReadOnlySpan<char> word, List<int> ids);
}

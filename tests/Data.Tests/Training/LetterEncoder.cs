namespace Harness.Data.Tests.Training;

/// <summary>A toy tokenizer: token 1 in front, then one token a UTF-16 letter, its code.</summary>
internal sealed class LetterEncoder : ITextEncoder
{
    public const int BosId = 1;

    public string ContentKey => "letters";

    public int[] Encode(string text, bool addSpecialTokens = true) => [.. addSpecialTokens ? [BosId] : Array.Empty<int>(), .. text.Select(letter => (int)letter)];

    public long MaxTokens(long utf8Bytes) => utf8Bytes + 1;
}

namespace Harness.Data.Tests;

/// <summary>A toy tokenizer: a begin token, then one token a word, whose id is the sum of its letters' places in the alphabet. Counts what it is asked for.</summary>
internal sealed class WordEncoder : ITextEncoder
{
    public int Calls { get; private set; }

    public string ContentKey => "words";

    public int[] Encode(string text, bool addSpecialTokens = true)
    {
        Calls++;
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word.Sum(letter => letter - 'a' + 1));
        return [.. addSpecialTokens ? [0] : Array.Empty<int>(), .. words];
    }

    public long MaxTokens(long utf8Bytes) => utf8Bytes + 1;
}

namespace Harness.Data;

/// <summary>What sampling and scoring need of a tokenizer. Implemented in Models.</summary>
public interface ITextEncoder
{
    /// <summary>Names the tokenizer by content: equal keys give equal ids for every text.</summary>
    string ContentKey { get; }

    /// <summary>Ids of <paramref name="text"/>, with the special tokens the original class adds by default when asked for.</summary>
    int[] Encode(string text, bool addSpecialTokens = true);

    /// <summary>No text of that many UTF-8 bytes has more tokens than this, special tokens included.</summary>
    long MaxTokens(long utf8Bytes);
}

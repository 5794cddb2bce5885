using System.Text;
using Harness.Models.Tokenizers.Patterns;

namespace Harness.Models.Tokenizers.PreTokenizers;

/// <summary>Splits by GPT-2's pattern where <paramref name="usePattern"/> says so and writes every byte as one visible character.</summary>
internal sealed class ByteLevel(bool addPrefixSpace, bool usePattern) : IPreTokenizer
{
    private static readonly PartWriter.Rewrite PrefixSpace = AppendWithSpace;

    private static readonly PartWriter.Rewrite Bytes = ByteAlphabet.Append;

    private static readonly PatternSplit Gpt2 = new(new Gpt2Pattern(), SplitBehavior.Isolated);

    /// <inheritdoc/>
    public bool WritesBytes => true;

    /// <inheritdoc/>
    public Words Split(Words words)
    {
        words = addPrefixSpace ? PrefixSpace.Apply(words) : words;
        words = usePattern ? Gpt2.Split(words) : words;
        return Bytes.Apply(words);
    }

    /// <inheritdoc/>
    public Growth Growth(Weight weight, bool split) => !addPrefixSpace ? Tokenizers.Growth.None : split ? new(2, 0) : new(1, 1);

    private static void AppendWithSpace(ReadOnlySpan<char> part, StringBuilder output)
    {
        if (!part.StartsWith(" "))
        {
            output.Append(' ');
        }

        output.Append(part);
    }
}

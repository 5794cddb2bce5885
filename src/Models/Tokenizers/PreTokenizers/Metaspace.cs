using Harness.Models.Tokenizers.Patterns;

namespace Harness.Models.Tokenizers.PreTokenizers;

/// <summary>Which parts get a mark before them.</summary>
internal enum PrependScheme
{
    /// <summary>Every part.</summary>
    Always,

    /// <summary>None.</summary>
    Never,

    /// <summary>The one at the very start of the text.</summary>
    First,
}

/// <summary>Writes a mark for every space and one before the text, and splits before each mark, as SentencePiece sees words.</summary>
internal sealed class Metaspace(char mark, PrependScheme scheme, bool split) : IPreTokenizer
{
    private readonly PatternSplit _words = new(new LiteralPattern(mark.ToString()), SplitBehavior.MergedWithNext);

    /// <inheritdoc/>
    public Words Split(Words words)
    {
        var first = words.StartsText;
        PartWriter.Rewrite rewrite = (part, output) =>
        {
            if ((scheme == PrependScheme.Always || (scheme == PrependScheme.First && first)) && part[0] != ' ' && part[0] != mark)
            {
                output.Append(mark);
            }

            var start = output.Length;
            output.Append(part).Replace(' ', mark, start, part.Length);
            first = false;
        };
        var marked = rewrite.Apply(words);
        return split ? _words.Split(marked) : marked;
    }

    /// <inheritdoc/>
    public Growth Growth(Weight weight, bool split)
    {
        var factor = weight.Of(mark.ToString());
        return scheme == PrependScheme.Always && split ? new(factor * 2, 0) : new(factor, scheme == PrependScheme.Never ? 0 : factor);
    }
}

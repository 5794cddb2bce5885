using Harness.Models.Tokenizers.Text;

namespace Harness.Models.Tokenizers.Patterns;

/// <summary>Finds its matches in a text.</summary>
internal interface ITextPattern
{
    /// <summary>Appends stretches that cover all of <paramref name="text"/> in order, none of them empty.</summary>
    void Match(ReadOnlySpan<char> text, List<Stretch> stretches);
}

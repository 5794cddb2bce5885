using Harness.Models.Tokenizers.Text;

namespace Harness.Models.Tokenizers.PreTokenizers;

/// <summary>A text on its way to words: the parts it is split into so far.</summary>
/// <param name="Text">All parts one after another; what is in no part is dropped.</param>
/// <param name="Parts">The parts in order, none of them empty.</param>
/// <param name="StartsText">Whether the first part is where the user's text begins.</param>
internal sealed record Words(string Text, List<Segment> Parts, bool StartsText)
{
    /// <summary>A text in one part.</summary>
    public static Words Whole(string text, bool startsText) => new(text, text.Length == 0 ? [] : [new Segment(0, text.Length)], startsText);
}

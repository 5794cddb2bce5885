namespace Harness.Models.Tokenizers.Text;

/// <summary>A part of a text, in UTF-16 units.</summary>
internal readonly record struct Segment(int Start, int Length);

/// <summary>A part of a text that a pattern matched, or one between matches.</summary>
internal readonly record struct Stretch(int Start, int Length, bool IsMatch)
{
    /// <summary>Where the part ends.</summary>
    public int End => Start + Length;
}

using System.Text;

namespace Harness.Models.Tokenizers.Patterns;

/// <summary>A text in which every character is one UTF-16 unit: those that are two are replaced by their stand-ins.</summary>
internal sealed class BasicPlaneProjection
{
    private readonly StringBuilder _text = new();
    private readonly List<int> _positions = [];

    public BasicPlaneProjection(ReadOnlySpan<char> original, BasicPlaneMap map)
    {
        var at = 0;
        foreach (var rune in original.EnumerateRunes())
        {
            _text.Append(rune.IsBmp ? (char)rune.Value : map.Of(rune));
            _positions.Add(at);
            at += rune.Utf16SequenceLength;
        }

        _positions.Add(at);
    }

    /// <summary>The projected text.</summary>
    public string Text => _text.ToString();

    /// <summary>Where a unit of the projected text, or its end, is in the original.</summary>
    public int Position(int unit) => _positions[unit];
}

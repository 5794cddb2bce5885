using System.Globalization;
using System.Text;

namespace Harness.Models.Tokenizers.Patterns;

/// <summary>A text in which every character is one UTF-16 unit: those that are two are replaced by one of the same general category.</summary>
internal sealed class BasicPlaneProjection
{
    private static readonly Dictionary<UnicodeCategory, char> Representatives = Enumerable.Range(0x0100, 0xFF00)
        .GroupBy(CharUnicodeInfo.GetUnicodeCategory)
        .ToDictionary(category => category.Key, category => (char)category.First());

    private readonly StringBuilder _text = new();
    private readonly List<int> _positions = [];

    public BasicPlaneProjection(ReadOnlySpan<char> original)
    {
        var at = 0;
        foreach (var rune in original.EnumerateRunes())
        {
            _text.Append(rune.IsBmp ? (char)rune.Value : Representatives[Rune.GetUnicodeCategory(rune)]);
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

using System.Globalization;
using System.Text;

namespace Harness.Models.Tokenizers.Normalizers;

/// <summary>Drops or replaces characters one by one.</summary>
/// <param name="change">What becomes of a character; null drops it.</param>
internal sealed class CharacterFilter(Func<Rune, Rune?> change) : INormalizer
{
    private static readonly Rune Space = new(' ');

    /// <summary>Drops all marks (<c>StripAccents</c>); accents that are one character with their letter stay.</summary>
    public static CharacterFilter Accents { get; } = new(rune => Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark
        or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark ? null : rune);

    /// <summary>Drops marks that take no room of their own.</summary>
    public static CharacterFilter NonSpacingMarks { get; } = new(rune => Rune.GetUnicodeCategory(rune) == UnicodeCategory.NonSpacingMark ? null : rune);

    /// <summary>BERT's cleaning: control, format and private characters go, white space becomes a space.</summary>
    public static CharacterFilter Clean { get; } = new(rune =>
        rune.Value is '\t' or '\n' or '\r' ? Space
        : rune.Value is 0xFFFD || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse ? null
        : Rune.IsWhiteSpace(rune) ? Space
        : rune);

    /// <summary>What <c>Nmt</c> does: some control characters go, some others and the mark ▁ become spaces.</summary>
    public static CharacterFilter Nmt { get; } = new(rune => rune.Value switch
    {
        (>= 0x01 and <= 0x08) or 0x0B or (>= 0x0E and <= 0x1F) or 0x7F or 0x8F or 0x9F => null,
        0x09 or 0x0A or 0x0C or 0x0D or 0x1680 or (>= 0x200B and <= 0x200F) or 0x2028 or 0x2029 or Weight.Mark or 0xFEFF or 0xFFFD => Space,
        _ => rune,
    });

    /// <inheritdoc/>
    public string Normalize(string text)
    {
        var output = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (change(rune) is { } kept)
            {
                output.Append(kept);
            }
        }

        return output.ToString();
    }

    /// <inheritdoc/>
    public Growth Growth(Weight weight) => Tokenizers.Growth.None;
}

using System.Globalization;

namespace Harness.Results;

/// <summary>Footnotes of a section, numbered as they first appear.</summary>
internal sealed class Notes
{
    private readonly List<string> _notes = [];

    /// <summary>The mark for a note: <c>¹</c>.</summary>
    public string Mark(string note)
    {
        if (!_notes.Contains(note))
        {
            _notes.Add(note);
        }

        return Superscript(_notes.IndexOf(note) + 1);
    }

    /// <summary>A list of the notes so far; empty without any.</summary>
    public override string ToString() => string.Join('\n', _notes.Select((note, i) => $"- {Superscript(i + 1)} {note}"));

    private static string Superscript(int number) =>
        string.Concat(number.ToString(CultureInfo.InvariantCulture).Select(digit => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit - '0']));
}

using System.Text;
using Harness.Models.Tokenizers.Text;

namespace Harness.Models.Tokenizers.Normalizers;

/// <summary>Brings a text into one of Unicode's normalization forms (UAX #15).</summary>
/// <param name="compose">Composed (NFC, NFKC) or decomposed (NFD, NFKD).</param>
/// <param name="compatibility">Whether compatibility characters are replaced (NFKC, NFKD).</param>
internal sealed class UnicodeNormalizer(bool compose, bool compatibility) : INormalizer
{
    // Characters before this one are starters, stay as they are and never join with one before them.
    private readonly char _firstAffected = compatibility ? '\u00A0' : compose ? '\u0300' : '\u00C0';

    /// <inheritdoc/>
    public string Normalize(string text)
    {
        var affected = text.AsSpan().IndexOfAnyInRange(_firstAffected, '\uFFFF');
        if (affected < 0)
        {
            return text;
        }

        var output = new StringBuilder(text.Length + 16);
        var rest = text.AsSpan();
        while (affected >= 0)
        {
            // the character before may join with the first affected one
            var start = Math.Max(0, affected - 1);
            var run = rest[affected..].IndexOfAnyExceptInRange(_firstAffected, '\uFFFF');
            var end = run < 0 ? rest.Length : affected + run;
            output.Append(rest[..start]);
            AppendRun(rest[start..end], output);
            rest = rest[end..];
            affected = rest.IndexOfAnyInRange(_firstAffected, '\uFFFF');
        }

        return output.Append(rest).ToString();
    }

    /// <inheritdoc/>
    public Growth Growth(Weight weight) => new(compatibility ? 11 : 3, 0); // the most a character's UTF-8 grows by (UAX #15, table 1)

    private void AppendRun(ReadOnlySpan<char> run, StringBuilder output)
    {
        var table = NormalizationTable.Shared;
        var codePoints = new List<int>(run.Length);
        foreach (var rune in run.EnumerateRunes())
        {
            table.Decompose(rune.Value, compatibility, codePoints);
        }

        Order(codePoints, table);
        if (compose)
        {
            Compose(codePoints, table);
        }

        foreach (var codePoint in codePoints)
        {
            output.Append(new Rune(codePoint));
        }
    }

    // marks after a starter stand in the order of their classes, equals as they came
    private static void Order(List<int> codePoints, NormalizationTable table)
    {
        for (var start = 0; start < codePoints.Count; start++)
        {
            var end = start;
            while (end < codePoints.Count && table.Class(codePoints[end]) > 0)
            {
                end++;
            }

            if (end - start > 1)
            {
                var ordered = codePoints[start..end].OrderBy(mark => table.Class(mark)).ToList();
                for (var i = 0; i < ordered.Count; i++)
                {
                    codePoints[start + i] = ordered[i];
                }
            }

            start = end;
        }
    }

    private static void Compose(List<int> codePoints, NormalizationTable table)
    {
        var (kept, starter, lastClass) = (0, -1, 0);
        foreach (var codePoint in codePoints.ToArray())
        {
            var combining = table.Class(codePoint);
            var isBlocked = starter >= 0 && kept - 1 > starter && lastClass >= combining;
            if (starter >= 0 && !isBlocked && table.Compose(codePoints[starter], codePoint) is { } composed)
            {
                codePoints[starter] = composed;
                continue;
            }

            starter = combining == 0 ? kept : starter;
            lastClass = combining;
            codePoints[kept++] = codePoint;
        }

        codePoints.RemoveRange(kept, codePoints.Count - kept);
    }
}

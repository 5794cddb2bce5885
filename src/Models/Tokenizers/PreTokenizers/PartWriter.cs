using System.Text;
using Harness.Models.Tokenizers.Text;

namespace Harness.Models.Tokenizers.PreTokenizers;

/// <summary>Rewrites every part of a text.</summary>
internal static class PartWriter
{
    /// <summary>Appends a part's new form.</summary>
    public delegate void Rewrite(ReadOnlySpan<char> part, StringBuilder output);

    /// <summary>The parts as <paramref name="rewrite"/> leaves them.</summary>
    public static Words Apply(this Rewrite rewrite, Words words)
    {
        var output = new StringBuilder(words.Text.Length + words.Text.Length / 8 + 16);
        var parts = new List<Segment>(words.Parts.Count);
        foreach (var part in words.Parts)
        {
            var start = output.Length;
            rewrite(words.Text.AsSpan(part.Start, part.Length), output);
            parts.Add(new Segment(start, output.Length - start));
        }

        return words with { Text = output.ToString(), Parts = parts };
    }
}

using System.Text;

namespace Harness.Models.Tokenizers.Decoders;

/// <summary>
/// SentencePiece's own decoding: marks become spaces, the one that was put before the text goes, runs of byte pieces are read as UTF-8
/// (U+FFFD for each byte that is not), the unknown piece becomes <paramref name="unknownSurface"/>.
/// </summary>
/// <param name="unknownPiece">The piece that stands for what is unknown.</param>
/// <param name="unknownSurface">What is written for it.</param>
/// <param name="dropsLeadingMark">Whether the first mark was put there by encoding.</param>
/// <param name="dropsLeadingMarks">Whether all marks at the start go, because encoding removes superfluous spaces.</param>
internal sealed class SentencePieceDecoder(string unknownPiece, string unknownSurface, bool dropsLeadingMark, bool dropsLeadingMarks) : IDecoder
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens)
    {
        var output = new StringBuilder();
        var run = new List<byte>();
        var atStart = true;
        foreach (var token in tokens)
        {
            if (ByteFallbackDecoder.ByteOf(token) is { } value)
            {
                run.Add(value);
                continue;
            }

            Flush(run, output);
            atStart &= output.Length == 0;
            var piece = token;
            if (atStart && (dropsLeadingMark || dropsLeadingMarks) && piece.StartsWith(Weight.Mark))
            {
                piece = piece[1..];
                atStart = dropsLeadingMarks;
            }

            output.Append(piece == unknownPiece ? unknownSurface : piece.Replace(Weight.Mark, ' '));
        }

        Flush(run, output);
        return [output.ToString()];
    }

    private static void Flush(List<byte> run, StringBuilder output)
    {
        ReadOnlySpan<byte> bytes = [.. run];
        while (!bytes.IsEmpty)
        {
            var valid = Rune.DecodeFromUtf8(bytes, out var rune, out var consumed) == System.Buffers.OperationStatus.Done;
            output.Append(rune);
            bytes = bytes[(valid ? consumed : 1)..];
        }

        run.Clear();
    }
}

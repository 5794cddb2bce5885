using System.Text;

namespace Harness.Models.Tokenizers.Algorithms;

/// <summary>What becomes of a character the vocabulary lacks.</summary>
/// <param name="UnknownId">Its token where bytes cannot stand for it; null drops the character.</param>
/// <param name="Fuse">Whether neighbouring unknown characters share one token.</param>
/// <param name="ByteIds">Ids of the tokens &lt;0x00&gt; to &lt;0xFF&gt;, -1 for an absent one; null without byte fallback.</param>
internal sealed record UnknownCharacters(int? UnknownId, bool Fuse, int[]? ByteIds)
{
    /// <summary>The name of a byte's token.</summary>
    public static string ByteToken(int value) => $"<0x{value:X2}>";

    /// <summary>Looks the byte tokens up in a vocabulary.</summary>
    public static int[] FindBytes(IReadOnlyDictionary<string, int> vocabulary) =>
        [.. Enumerable.Range(0, 256).Select(value => vocabulary.GetValueOrDefault(ByteToken(value), -1))];

    /// <summary>Appends <paramref name="symbols"/>: ids as they are, complements of code points as bytes or as the unknown token.</summary>
    public void Append(ReadOnlySpan<int> symbols, List<int> ids)
    {
        var unknownWaits = false;
        foreach (var symbol in symbols)
        {
            if (symbol < 0)
            {
                // As in the original, bytes overtake an unknown token that waits for more of its kind.
                if (TryAppendBytes(new Rune(~symbol), ids))
                {
                    continue;
                }

                if (unknownWaits && !Fuse)
                {
                    AppendUnknown(ids);
                }

                unknownWaits = true;
                continue;
            }

            if (unknownWaits)
            {
                AppendUnknown(ids);
                unknownWaits = false;
            }

            ids.Add(symbol);
        }

        if (unknownWaits)
        {
            AppendUnknown(ids);
        }
    }

    private void AppendUnknown(List<int> ids)
    {
        if (UnknownId is { } id)
        {
            ids.Add(id);
        }
    }

    private bool TryAppendBytes(Rune character, List<int> ids)
    {
        if (ByteIds is null)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[4];
        bytes = bytes[..character.EncodeToUtf8(bytes)];
        foreach (var value in bytes)
        {
            if (ByteIds[value] < 0)
            {
                return false;
            }
        }

        foreach (var value in bytes)
        {
            ids.Add(ByteIds[value]);
        }

        return true;
    }
}

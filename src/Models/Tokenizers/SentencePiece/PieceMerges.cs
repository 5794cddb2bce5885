using System.Buffers;
using System.Text;
using Harness.Models.Tokenizers.Algorithms;

namespace Harness.Models.Tokenizers.SentencePiece;

/// <summary>The merges a SentencePiece BPE vocabulary implies: any two neighbours whose texts together are a piece, the highest score first.</summary>
internal static class PieceMerges
{
    /// <summary>All merges of <paramref name="pieces"/>, which are those that text can become, to their ids.</summary>
    public static MergeTable Of(IReadOnlyDictionary<string, (int Id, float Score)> pieces)
    {
        var table = new MergeTable(2 * pieces.Count);
        var symbols = new Dictionary<string, int>(pieces.Select(piece => KeyValuePair.Create(piece.Key, piece.Value.Id)), StringComparer.Ordinal);
        var ids = symbols.GetAlternateLookup<ReadOnlySpan<char>>();
        var ranks = pieces.Values.Select(piece => piece.Score).Distinct().OrderDescending().Index().ToDictionary(item => item.Item, item => item.Index);
        foreach (var (text, (id, score)) in pieces)
        {
            for (var cut = 1; cut < text.Length; cut++)
            {
                if (!char.IsLowSurrogate(text[cut]) && Symbol(text.AsSpan(0, cut)) is { } left && Symbol(text.AsSpan(cut)) is { } right)
                {
                    table.Add(left, right, ranks[score], id);
                }
            }
        }

        return table;

        // the id of a piece, or the complement of the code point of a character that is none
        int? Symbol(ReadOnlySpan<char> part) =>
            ids.TryGetValue(part, out var id) ? id
            : Rune.DecodeFromUtf16(part, out var rune, out var length) == OperationStatus.Done && length == part.Length ? ~rune.Value
            : null;
    }
}

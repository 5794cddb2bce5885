namespace Harness.Models.Decoders;

/// <summary>One document of a packed row: tokens that several segments share, and the segments that go on from them, each as if it were alone.</summary>
/// <param name="Prefix">Shared tokens; 0 for a plain sequence of one segment.</param>
/// <param name="Segments">Tokens of each segment, in the order in which they follow the prefix; may be empty where there is a prefix.</param>
public sealed record PackedDocument(int Prefix, params IReadOnlyList<int> Segments)
{
    /// <summary>Tokens in the row.</summary>
    public int Tokens => Prefix + Segments.Sum();

    /// <summary>Tokens of the longest sequence: the prefix and the longest segment.</summary>
    public int Longest => Prefix + Segments.DefaultIfEmpty(0).Max();
}

/// <summary>
/// How sequences of several lengths lie in one row of tokens [1, tokens] without padding: documents one behind the other, each a prefix and the segments that share it.
/// A token sees the prefix of its document and what comes before it in its own segment, at the positions that it would have if prefix and segment stood alone. So the
/// choices of a question cost one pass through the question, and what a block makes of them is what it makes of each (prefix + choice) by itself.
/// <code>
/// var layout = new TokenLayout([new PackedDocument(prefix.Length, first.Length, second.Length), new PackedDocument(0, text.Length)]);
/// var states = HiddenStates.Embed(model, [.. prefix, .. first, .. second, .. text], layout);   // then through every block, as ever
/// var last = layout.Start(0, segment: 1) + second.Length - 1;                                  // where the second choice's last token lies
/// </code>
/// No layout at all (null) means rows of equally long sequences, positions from 0.
/// </summary>
public sealed class TokenLayout
{
    private readonly int[] _starts;
    private readonly long[] _positions;
    private readonly long[] _visible;

    /// <exception cref="ArgumentException">No documents, or one without tokens.</exception>
    public TokenLayout(IReadOnlyList<PackedDocument> documents)
    {
        if (documents.Count == 0 || documents.Any(document => document.Prefix < 0 || document.Segments.Any(length => length < 0) || document.Tokens == 0))
        {
            throw new ArgumentException("A layout needs documents, and every document tokens.", nameof(documents));
        }

        Documents = documents;
        Tokens = documents.Sum(document => document.Tokens);
        Longest = documents.Max(document => document.Longest);
        (_starts, _positions, _visible) = (new int[documents.Count], new long[Tokens], new long[3 * Tokens]);
        var token = 0;
        for (var document = 0; document < documents.Count; document++)
        {
            var start = _starts[document] = token;
            var prefixEnd = start + documents[document].Prefix;
            Fill(documents[document].Prefix, start, start, start);
            foreach (var length in documents[document].Segments)
            {
                Fill(length, start, prefixEnd, token);
            }
        }

        void Fill(int length, int start, int prefixEnd, int segment)
        {
            for (var end = token + length; token < end; token++)
            {
                _positions[token] = prefixEnd - start + token - segment;
                (_visible[3 * token], _visible[3 * token + 1], _visible[3 * token + 2]) = (start, prefixEnd, segment);
            }
        }
    }

    /// <summary>The documents in the order of the row.</summary>
    public IReadOnlyList<PackedDocument> Documents { get; }

    /// <summary>Tokens in the row.</summary>
    public int Tokens { get; }

    /// <summary>Tokens of the longest sequence.</summary>
    public int Longest { get; }

    /// <summary>Whether the row is one sequence.</summary>
    public bool IsSingle => Documents is [{ Segments.Count: <= 1 }];

    /// <summary>The first token of a document, or of one of its segments.</summary>
    public int Start(int document, int? segment = null) =>
        _starts[document] + (segment is { } index ? Documents[document].Prefix + Documents[document].Segments.Take(index).Sum() : 0);

    /// <summary>Each token's position in its own sequence: int64 [tokens].</summary>
    public Tensor Positions(Device? device = null) => tensor(_positions, device: device);

    /// <summary>What each token sees: int64 [tokens, 3], the document's start, the prefix's end and the segment's start (see <see cref="Fused.CausalAttention"/>).</summary>
    public Tensor Visible()
    {
        using var flat = tensor(_visible);
        return flat.view(Tokens, 3);
    }

    /// <summary>Whole documents together, as many as fit into so many tokens (a longer document alone): the first token of each part, and its layout.</summary>
    public IReadOnlyList<(int First, TokenLayout Layout)> Parts(int tokens)
    {
        var parts = new List<(int, TokenLayout)>();
        for (int first = 0, next; first < Documents.Count; first = next)
        {
            var sum = Documents[first].Tokens;
            for (next = first + 1; next < Documents.Count && sum + Documents[next].Tokens <= tokens; next++)
            {
                sum += Documents[next].Tokens;
            }

            parts.Add((_starts[first], new TokenLayout([.. Documents.Take(first..next)])));
        }

        return parts;
    }
}

using System.Runtime.InteropServices;
using Harness.Models.Decoders;

namespace Harness.ZeroShot.Requests;

/// <summary>
/// The requests of many documents in one row of tokens: what a document's requests share is there once, requests that read the same are one. Documents lie from the longest
/// to the shortest, so that those that go through a block together are alike.
/// </summary>
public sealed class PackedRequests
{
    private readonly List<int> _ids = [];
    private readonly List<PackedDocument> _documents = [];
    private readonly int[][][] _reads;
    private readonly Lazy<TokenLayout> _layout;

    /// <param name="requests">By document.</param>
    public PackedRequests(IReadOnlyList<IReadOnlyList<Request>> requests)
    {
        Requests = requests;
        _reads = [.. requests.Select(document => new int[document.Count][])];
        foreach (var index in Enumerable.Range(0, requests.Count).OrderByDescending(index => requests[index].Max(request => request.Input.Length)))
        {
            Add(requests[index], _reads[index]);
        }

        _layout = new(() => _documents.Count > 0
            ? new TokenLayout(_documents)
            : throw new InputException("No choice has a token of its own: every one is spanned by the last token of its context. Score more documents."));
    }

    /// <summary>By document.</summary>
    public IReadOnlyList<IReadOnlyList<Request>> Requests { get; }

    /// <summary>The row.</summary>
    public ReadOnlySpan<int> Ids => CollectionsMarshal.AsSpan(_ids);

    /// <summary>How the requests lie in it.</summary>
    public TokenLayout Layout => _layout.Value;

    /// <summary>Tokens in the row.</summary>
    public int Tokens => _ids.Count;

    /// <summary>Where the outputs lie that a request's continuation is held against, a place in the row for each of its tokens.</summary>
    public ReadOnlySpan<int> Reads(int document, int request) => _reads[document][request];

    private void Add(IReadOnlyList<Request> requests, int[][] reads)
    {
        Array.Fill(reads, []);
        var inputs = requests.Select((request, index) => (request.Input, index))
            .Where(request => requests[request.index].Continuation.Length > 0)
            .OrderBy(request => request.Input, Lexical)
            .ToList();
        for (int first = 0, next; first < inputs.Count; first = next)
        {
            // in this order, inputs that begin with the same token are neighbours
            var shared = inputs[first].Input.Length;
            for (next = first + 1; next < inputs.Count && inputs[first].Input[0] == inputs[next].Input[0]; next++)
            {
                shared = Math.Min(shared, inputs[first].Input.AsSpan().CommonPrefixLength(inputs[next].Input));
            }

            AddSharing(shared, inputs[first..next], requests, reads);
        }
    }

    private void AddSharing(int shared, List<(int[] Input, int Index)> inputs, IReadOnlyList<Request> requests, int[][] reads)
    {
        var (start, segments, segment) = (_ids.Count, new List<int>(), 0);
        _ids.AddRange(inputs[0].Input.AsSpan(0, shared));
        for (var i = 0; i < inputs.Count; i++)
        {
            var (input, index) = inputs[i];
            if (i == 0 || !input.AsSpan().SequenceEqual(inputs[i - 1].Input))
            {
                segment = _ids.Count;
                segments.Add(input.Length - shared);
                _ids.AddRange(input.AsSpan(shared));
            }

            var tokens = requests[index].Continuation.Length;
            reads[index] = [.. Enumerable.Range(input.Length - tokens, tokens).Select(at => at < shared ? start + at : segment + at - shared)];
        }

        _documents.Add(new PackedDocument(shared, [.. segments.Where(length => length > 0)]));
    }

    private static IComparer<int[]> Lexical { get; } = Comparer<int[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b));
}

using Harness.Models.Tokenizers.Algorithms;

namespace Harness.Models.Tokenizers.Formats;

/// <summary>Builds the merges of tokens that files list in order, each as a pair of tokens that together are a token.</summary>
internal sealed class MergeList(Dictionary<string, int> vocabulary, int capacity)
{
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _ids = vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();
    private int _rank;

    /// <summary>The merges so far.</summary>
    public MergeTable Table { get; } = new(capacity);

    /// <summary>Adds the next merge.</summary>
    public void Add(ReadOnlySpan<char> left, ReadOnlySpan<char> right, string file)
    {
        Span<char> joined = stackalloc char[256];
        var length = left.Length + right.Length;
        joined = length <= joined.Length ? joined : new char[length];
        left.CopyTo(joined);
        right.CopyTo(joined[left.Length..]);
        Table.Add(Id(left, file), Id(right, file), _rank++, Id(joined[..length], file));
    }

    private int Id(ReadOnlySpan<char> token, string file) => _ids.TryGetValue(token, out var id)
        ? id
        : throw new InputException($"{file}: merge {_rank + 1} needs the token '{token}', which the vocabulary lacks; do merges and vocabulary belong together?");
}

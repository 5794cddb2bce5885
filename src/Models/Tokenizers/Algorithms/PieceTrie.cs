namespace Harness.Models.Tokenizers.Algorithms;

/// <summary>A trie over UTF-16 units: which known strings begin at a place in a text.</summary>
internal sealed class PieceTrie(int expectedPieces = 16)
{
    /// <summary>The node every string starts from.</summary>
    public const int Root = 0;

    /// <summary>No such node, or no string ends at a node.</summary>
    public const int None = -1;

    private readonly PairMap _children = new(4 * expectedPieces);
    private readonly List<int> _values = [None];

    /// <summary>Whether no string was added.</summary>
    public bool IsEmpty => _values.Count == 1;

    /// <summary>Adds a string with its value; the last value set stays.</summary>
    public void Add(ReadOnlySpan<char> piece, int value)
    {
        var node = Root;
        foreach (var unit in piece)
        {
            var child = Step(node, unit);
            if (child == None)
            {
                child = _values.Count;
                _values.Add(None);
                _children.Set(node, unit, child);
            }

            node = child;
        }

        _values[node] = value;
    }

    /// <summary>The node after one more unit, or <see cref="None"/>.</summary>
    public int Step(int node, char unit) => (int)_children.Find(node, unit);

    /// <summary>The value of the string that ends at a node, or <see cref="None"/>.</summary>
    public int Value(int node) => _values[node];

    /// <summary>The longest known string at the start of <paramref name="text"/>: its length (0 if there is none) and value.</summary>
    public (int Length, int Value) Longest(ReadOnlySpan<char> text)
    {
        var (length, value, node) = (0, None, Root);
        for (var i = 0; i < text.Length; i++)
        {
            node = Step(node, text[i]);
            if (node == None)
            {
                break;
            }

            if (_values[node] != None)
            {
                (length, value) = (i + 1, _values[node]);
            }
        }

        return (length, value);
    }
}

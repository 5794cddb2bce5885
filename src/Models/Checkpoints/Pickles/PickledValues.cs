namespace Harness.Models.Checkpoints.Pickles;

/// <summary>A run of elements in the file that tensors view. Storages of one key are one object.</summary>
/// <param name="Key">Its name in the file.</param>
/// <param name="Type">What its elements are; null for bytes that each tensor reads as a type of its own.</param>
/// <param name="Elements">How many.</param>
internal sealed record PickledStorage(string Key, ElementType? Type, long Elements)
{
    /// <summary>Its length.</summary>
    public long Bytes => checked(Elements * (Type?.Bytes() ?? 1));
}

/// <summary>A tensor: element [i, j, …] is element <paramref name="Offset"/> + i·stride₀ + j·stride₁ + … of its storage.</summary>
internal sealed record PickledTensor(PickledStorage Storage, ElementType Type, long Offset, long[] Shape, long[] Strides)
{
    /// <summary>How many elements of the storage it reaches over, from its first to its last.</summary>
    public long Reach => Shape.Contains(0) ? 0 : checked(1 + Shape.Zip(Strides, (size, stride) => checked((size - 1) * stride)).Sum());
}

/// <summary>A Python dictionary, in the order of its keys' first appearance. Keys that are no texts all stay, as what they would replace is never looked up.</summary>
internal sealed class PickledDictionary
{
    private readonly List<(object? Key, object? Value)> _items = [];
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);

    public IReadOnlyList<(object? Key, object? Value)> Items => _items;

    public void Set(object? key, object? value)
    {
        if (key is not string text)
        {
            _items.Add((key, value));
        }
        else if (_places.TryGetValue(text, out var place))
        {
            _items[place] = (key, value);
        }
        else
        {
            _places.Add(text, _items.Count);
            _items.Add((key, value));
        }
    }

    /// <summary>The value of a text key, or null.</summary>
    public object? Find(string key) => _places.TryGetValue(key, out var place) ? _items[place].Value : null;
}

namespace Harness.Data.Parquet;

/// <summary>What a node of the schema is to its reader.</summary>
internal enum NodeKind { Leaf, Struct, List, Map }

/// <summary>
/// The schema as readers see it: lists and maps without the extra levels that the format wraps them in.
/// A value at this node is null where an entry's definition level is below <paramref name="Defined"/>.
/// </summary>
/// <param name="Element">The footer's entry; of a list, the element that wraps it.</param>
/// <param name="Children">Struct: its fields. List: its element. Map: key and value.</param>
/// <param name="Defined">Definition level from which on this node is there.</param>
/// <param name="Repeats">List, map: repetition level of every element but the first. Leaf: the highest of its entries.</param>
/// <param name="Leaves">Column chunks of this node: the first, and behind the last.</param>
internal sealed record SchemaNode(
    NodeKind Kind, SchemaElement Element, IReadOnlyList<SchemaNode> Children, int Defined, int Repeats, Range Leaves)
{
    public string Name => Element.Name;

    public int FirstLeaf => Leaves.Start.Value;

    /// <summary>List, map: definition level from which on there is an element.</summary>
    public int ElementDefined => Defined + 1;
}

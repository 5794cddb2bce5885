using System.Buffers.Binary;
using System.Text;

namespace Harness.Models.Tests.Tokenizers;

/// <summary>
/// Writes a small SentencePiece charsmap: Darts-clone's double array, every node's children at a place of their own 256 units wide, so that none collide.
/// </summary>
internal static class TinyCharsmap
{
    public static byte[] Of(params (string From, string To)[] entries)
    {
        var root = new Node();
        var replacements = new MemoryStream();
        foreach (var (from, to) in entries)
        {
            var node = root;
            foreach (var unit in Encoding.UTF8.GetBytes(from))
            {
                node = node.Children.TryGetValue(unit, out var child) ? child : node.Children[unit] = new Node();
            }

            node.Value = (int)replacements.Length;
            replacements.Write([.. Encoding.UTF8.GetBytes(to), 0]);
        }

        var units = new List<uint>(new uint[256]);
        Place(root, 0, 0, units);
        var bytes = new byte[4 + 4 * units.Count + replacements.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, 4 * units.Count);
        for (var i = 0; i < units.Count; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4 + 4 * i), units[i]);
        }

        replacements.ToArray().CopyTo(bytes, 4 + 4 * units.Count);
        return bytes;
    }

    // a unit: its label in the low 8 bits, whether a value follows in bit 8, and from bit 10 on where its children are, as a difference
    private static void Place(Node node, int at, byte label, List<uint> units)
    {
        var start = units.Count;
        units.AddRange(new uint[256]);
        units[at] = ((uint)(at ^ start) << 10) | (node.Value is null ? 0u : 1u << 8) | label;
        if (node.Value is { } value)
        {
            units[start] = 0x80000000 | (uint)value;
        }

        foreach (var (child, below) in node.Children)
        {
            Place(below, start ^ child, child, units);
        }
    }

    private sealed class Node
    {
        public int? Value { get; set; }

        public SortedDictionary<byte, Node> Children { get; } = [];
    }
}

using System.Collections;
using System.Text;

namespace Harness.Models.Tests.Tokenizers;

/// <summary>Writes a small SentencePiece model: pieces with score and kind (1 normal, 2 unknown, 3 control, 4 user-defined, 6 byte).</summary>
internal sealed class TinyPieces : IEnumerable<byte[]>
{
    private readonly List<byte[]> _pieces = [];

    public void Add(string text, float score, int kind) => _pieces.Add(
        [.. Nested(1, Encoding.UTF8.GetBytes(text)), 0x15, .. BitConverter.GetBytes(score), 0x18, (byte)kind]);

    public byte[] Bytes(int algorithm = 2, bool byteFallback = false, bool addDummyPrefix = true, bool removeExtraWhitespaces = false, byte[]? charsmap = null)
    {
        byte[] trainer = [0x18, (byte)algorithm, 0x98, 0x02, (byte)(byteFallback ? 1 : 0)];
        byte[] normalizer = [.. Nested(2, charsmap ?? []), 0x18, (byte)(addDummyPrefix ? 1 : 0), 0x20, (byte)(removeExtraWhitespaces ? 1 : 0)];
        return [.. _pieces.SelectMany(piece => Nested(1, piece)), .. Nested(2, trainer), .. Nested(3, normalizer)];
    }

    public IEnumerator<byte[]> GetEnumerator() => _pieces.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static byte[] Nested(int field, byte[] value) => [(byte)(field << 3 | 2), .. Varint(value.Length), .. value];

    private static byte[] Varint(int value) => value < 0x80 ? [(byte)value] : [(byte)(value & 0x7F | 0x80), .. Varint(value >> 7)];
}

using System.Buffers.Binary;
using System.Text;

namespace Harness.Models.Tokenizers.SentencePiece;

/// <summary>
/// SentencePiece's compiled table of character replacements: a double-array trie over UTF-8 bytes (Darts-clone's units) and the replacements,
/// each closed by a zero byte.
/// </summary>
internal sealed class Charsmap
{
    private readonly uint[] _units;
    private readonly byte[] _replacements;

    /// <exception cref="InvalidDataException">The table is cut off.</exception>
    public Charsmap(ReadOnlySpan<byte> compiled)
    {
        var size = compiled.Length >= 4 ? BinaryPrimitives.ReadUInt32LittleEndian(compiled) : uint.MaxValue;
        if (size > compiled.Length - 4 || size % 4 != 0)
        {
            throw new InvalidDataException("its charsmap is cut off");
        }

        _units = new uint[size / 4];
        for (var i = 0; i < _units.Length; i++)
        {
            _units[i] = BinaryPrimitives.ReadUInt32LittleEndian(compiled[(4 + 4 * i)..]);
        }

        _replacements = compiled[(4 + (int)size)..].ToArray();
    }

    /// <summary>No replacement is longer than this, in bytes.</summary>
    public int LongestReplacement => Encoding.Latin1.GetString(_replacements).Split('\0').Max(replacement => replacement.Length);

    /// <summary>
    /// The longest (or the shortest) entry at the start of <paramref name="text"/>: how many bytes it covers, 0 if there is none, and what
    /// replaces them.
    /// </summary>
    public (int Length, string Replacement) Find(ReadOnlySpan<byte> text, bool shortest = false)
    {
        var (length, value) = (0, 0);
        var node = Offset(At(0));
        for (var i = 0; i < text.Length; i++)
        {
            node ^= text[i];
            var unit = At(node);
            if ((unit & 0x800000FF) != text[i])
            {
                break;
            }

            node ^= Offset(unit);
            if ((unit >> 8 & 1) == 1)
            {
                (length, value) = (i + 1, (int)(At(node) & 0x7FFFFFFF));
                if (shortest)
                {
                    break;
                }
            }
        }

        return (length, length == 0 ? "" : Replacement(value));
    }

    private static uint Offset(uint unit) => unit >> 10 << (int)((unit & 1 << 9) >> 6);

    private uint At(uint node) => node < _units.Length ? _units[node] : 0;

    private string Replacement(int start)
    {
        var rest = _replacements.AsSpan(Math.Min(start, _replacements.Length));
        var end = rest.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? rest : rest[..end]);
    }
}

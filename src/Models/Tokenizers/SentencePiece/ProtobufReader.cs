using System.Buffers.Binary;
using System.Text;

namespace Harness.Models.Tokenizers.SentencePiece;

/// <summary>Walks over the fields of a protocol-buffers message (https://protobuf.dev/programming-guides/encoding).</summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;
    private ReadOnlySpan<byte> _bytes;
    private ulong _number;

    /// <summary>The number of the field just read.</summary>
    public int Field { get; private set; }

    /// <summary>The field's value as bytes or as a nested message.</summary>
    public readonly ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The field's value as a text.</summary>
    public readonly string Text => Encoding.UTF8.GetString(_bytes);

    /// <summary>The field's value as an integer.</summary>
    public readonly int Integer => (int)_number;

    /// <summary>The field's value as true or false.</summary>
    public readonly bool Flag => _number != 0;

    /// <summary>The field's value as a float.</summary>
    public readonly float Single => BitConverter.UInt32BitsToSingle((uint)_number);

    /// <summary>Goes to the next field; false at the end.</summary>
    /// <exception cref="InvalidDataException">The message is cut off or no such message.</exception>
    public bool Next()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        var tag = Varint();
        Field = (int)(tag >> 3);
        _bytes = default;
        _number = 0;
        switch (tag & 7)
        {
            case 0:
                _number = Varint();
                break;
            case 1:
                _number = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
                break;
            case 2:
                _bytes = Take(Varint());
                break;
            case 5:
                _number = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
                break;
            default:
                throw new InvalidDataException("it has a field of an unknown wire type");
        }

        return true;
    }

    private ulong Varint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var part = Take(1)[0];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("it has a number of more than 64 bits");
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)_rest.Length)
        {
            throw new InvalidDataException("it is cut off");
        }

        var taken = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return taken;
    }
}

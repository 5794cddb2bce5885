using System.Buffers.Binary;
using System.Text;

namespace Harness.Models.Tokenizers.SentencePiece;

/// <summary>Walks over the fields of a protocol-buffers message (https://protobuf.dev/programming-guides/encoding).</summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> rest = message;
    private ReadOnlySpan<byte> bytes;
    private ulong number;

    /// <summary>The number of the field just read.</summary>
    public int Field { get; private set; }

    /// <summary>The field's value as bytes or as a nested message.</summary>
    public readonly ReadOnlySpan<byte> Bytes => bytes;

    /// <summary>The field's value as a text.</summary>
    public readonly string Text => Encoding.UTF8.GetString(bytes);

    /// <summary>The field's value as an integer.</summary>
    public readonly int Integer => (int)number;

    /// <summary>The field's value as true or false.</summary>
    public readonly bool Flag => number != 0;

    /// <summary>The field's value as a float.</summary>
    public readonly float Single => BitConverter.UInt32BitsToSingle((uint)number);

    /// <summary>Goes to the next field; false at the end.</summary>
    /// <exception cref="InvalidDataException">The message is cut off or no such message.</exception>
    public bool Next()
    {
        if (rest.IsEmpty)
        {
            return false;
        }

        var tag = Varint();
        Field = (int)(tag >> 3);
        bytes = default;
        number = 0;
        switch (tag & 7)
        {
            case 0:
                number = Varint();
                break;
            case 1:
                number = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
                break;
            case 2:
                bytes = Take(Varint());
                break;
            case 5:
                number = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
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
        if (length > (ulong)rest.Length)
        {
            throw new InvalidDataException("it is cut off");
        }

        var taken = rest[..(int)length];
        rest = rest[(int)length..];
        return taken;
    }
}

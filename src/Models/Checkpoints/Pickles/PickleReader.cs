using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace Harness.Models.Checkpoints.Pickles;

/// <summary>Reads opcodes and their arguments, and knows where it stands for the sentences about damage.</summary>
/// <param name="stream">Seekable; several pickles may follow each other in it.</param>
/// <param name="path">The file the stream belongs to.</param>
internal sealed class PickleReader(Stream stream, string path)
{
    // UTF-8 as Python pickles it: lone surrogates pass in Python and are refused here
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly long _length = stream.Length;
    private PickleOpcode _opcode;
    private long _at;

    /// <summary>Where the last opcode lies: "opcode GLOBAL at byte 35".</summary>
    public string Where => $"opcode {_opcode.Name()} at byte {_at}";

    /// <summary>Bytes from here to the file's end.</summary>
    public long Left => _length - stream.Position;

    /// <summary>The next instruction.</summary>
    public PickleOpcode Opcode()
    {
        _at = stream.Position;
        return Left > 0
            ? _opcode = (PickleOpcode)Byte()
            : throw new InputException($"{path}: its pickle is damaged: it ends at byte {_at} without an end of its own. Copy or download it again.");
    }

    public byte Byte() => stream.ReadByte() is var value and >= 0 ? (byte)value : throw Damaged("the file ends there");

    public byte[] Bytes(long count)
    {
        if (count < 0 || count > Left)
        {
            throw Damaged($"its argument has {count} bytes and the file {Left} more");
        }

        var bytes = new byte[count];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Where it stood before.</summary>
    public long Skip(long count) => (stream.Position += count) - count;

    public int UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Bytes(4));

    public long UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4));

    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Bytes(8));

    public double BigEndianDouble() => BinaryPrimitives.ReadDoubleBigEndian(Bytes(8));

    /// <summary>Little-endian two's complement of any length; a long where it fits.</summary>
    public object Integer(long bytes) => Narrow(new BigInteger(Bytes(bytes)));

    public string Text(long bytes)
    {
        try
        {
            return Utf8.GetString(Bytes(bytes));
        }
        catch (DecoderFallbackException)
        {
            throw Damaged("its text is not UTF-8");
        }
    }

    /// <summary>What stands before the next line feed.</summary>
    public string Line()
    {
        var bytes = new List<byte>();
        for (var next = Byte(); next != '\n'; next = Byte())
        {
            bytes.Add(next);
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    /// <summary>A number in decimal digits, perhaps with Python 2's L behind; 00 and 01 are truth values.</summary>
    public object DecimalInteger()
    {
        var text = Line().TrimEnd('L');
        return text switch
        {
            "00" when _opcode == PickleOpcode.Int => false,
            "01" when _opcode == PickleOpcode.Int => true,
            _ => BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? Narrow(number) : throw Damaged($"'{text}' is no number"),
        };
    }

    public double DecimalDouble() => Line() is var text && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw Damaged($"'{text}' is no number");

    /// <summary>A line of text in which nothing is escaped, as no name of a tensor needs it.</summary>
    public string PlainLine() => Line() is var text && !text.Contains('\\') ? text : throw Refused("escaped characters");

    /// <summary>As <see cref="PlainLine"/>, between quotes.</summary>
    public string QuotedLine() => PlainLine() is [('\'' or '"') and var quote, .. var text, var end] && end == quote ? text : throw Damaged("its text has no quotes");

    /// <summary>For a pickle that Python itself could not read.</summary>
    public InputException Damaged(string what) => new($"{path}: its pickle is damaged at {Where}: {what}. Copy or download it again.");

    /// <summary>For a pickle that Python might read by running code.</summary>
    public InputException Refused(string what) => new(
        $"{path}: its pickle asks for {what} ({Where}); only tensors, dictionaries, lists, texts and numbers are read, and nothing is ever executed. "
        + "Save the weights alone, best as safetensors.");

    private static object Narrow(BigInteger number) => number >= long.MinValue && number <= long.MaxValue ? (object)(long)number : number;
}

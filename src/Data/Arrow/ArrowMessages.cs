using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Harness.Data.Arrow;

internal enum ArrowMessageKind : byte { None, Schema, DictionaryBatch, RecordBatch }

/// <summary>A message: its header, and where its body lies in the file.</summary>
internal readonly record struct ArrowMessage(ArrowMessageKind Kind, FlatTable Header, int Version, long Body, long BodyBytes);

/// <summary>
/// The messages of a file (apache/arrow, format/Message.fbs) in the order in which they are to be read: a stream from front to end; of the file format,
/// what its footer lists, dictionaries first.
/// </summary>
internal sealed class ArrowMessages(SafeFileHandle file)
{
    private const int MagicBytes = 6;
    private const int BlockBytes = 24;
    private readonly long _length = RandomAccess.GetLength(file);

    private static ReadOnlySpan<byte> Magic => "ARROW1"u8;

    public IEnumerable<ArrowMessage> All() => Read(0, 2 * MagicBytes) is var head && head.Length >= MagicBytes && head.AsSpan(0, MagicBytes).SequenceEqual(Magic) ? OfFile() : OfStream();

    private IEnumerable<ArrowMessage> OfStream()
    {
        for (var at = 0L; at < _length;)
        {
            if (At(at, out var next) is not { } message)
            {
                yield break;
            }

            yield return message;
            at = next;
        }
    }

    private IEnumerable<ArrowMessage> OfFile()
    {
        var tail = Read(Math.Max(0, _length - MagicBytes - 4), MagicBytes + 4);
        if (_length < 2 * MagicBytes + 4 || !tail.AsSpan(4).SequenceEqual(Magic))
        {
            throw new CorruptDataException("it does not end with ARROW1, so it is cut off");
        }

        var size = BinaryPrimitives.ReadInt32LittleEndian(tail);
        if (size < 0 || size > _length - MagicBytes - 4)
        {
            throw new CorruptDataException($"its footer of {size} bytes does not fit in {_length} bytes");
        }

        var footer = FlatTable.Root(Read(_length - MagicBytes - 4 - size, size));
        yield return new ArrowMessage(ArrowMessageKind.Schema, footer.Table(1) ?? throw new CorruptDataException("its footer has no schema"), 0, 0, 0);
        foreach (var list in new[] { 2, 3 })
        {
            var blocks = footer.Vector(list, BlockBytes, out var count);
            for (var i = 0; i < count; i++)
            {
                yield return At(BinaryPrimitives.ReadInt64LittleEndian(blocks.Span[(BlockBytes * i)..]), out _)
                    ?? throw new CorruptDataException("its footer points to no message");
            }
        }
    }

    /// <summary>The message at a place, or null where the stream's end is marked.</summary>
    private ArrowMessage? At(long at, out long next)
    {
        next = at;
        var prefix = Read(at, 8);
        // before format 0.15 the length stood alone
        var marked = prefix.Length == 8 && BinaryPrimitives.ReadUInt32LittleEndian(prefix) == uint.MaxValue;
        var size = prefix.Length < 4 ? throw Ends() : BinaryPrimitives.ReadInt32LittleEndian(prefix.AsSpan(marked ? 4 : 0));
        var start = at + (marked ? 8 : 4);
        if (size == 0)
        {
            return null;
        }

        if (size < 0 || size > _length - start)
        {
            throw new CorruptDataException(at == 0 ? "it begins with no message, so it is no Arrow file" : $"a message of {size} bytes reaches beyond its end");
        }

        var message = FlatTable.Root(Read(start, size));
        var bytes = message.Int64(3);
        next = start + size;
        if (bytes < 0 || bytes > _length - next)
        {
            throw Ends();
        }

        var body = next;
        next += bytes;
        return new ArrowMessage((ArrowMessageKind)message.Byte(1), message.Table(2) ?? throw new CorruptDataException("a message has no header"), message.Int16(0), body, bytes);
    }

    private byte[] Read(long at, int count)
    {
        if (at < 0 || at > _length)
        {
            throw Ends();
        }

        var bytes = new byte[(int)Math.Min(count, _length - at)];
        var filled = 0;
        while (filled < bytes.Length)
        {
            var read = RandomAccess.Read(file, bytes.AsSpan(filled), at + filled);
            filled += read > 0 ? read : throw Ends();
        }

        return bytes;
    }

    private static CorruptDataException Ends() => new("it ends within a message");
}

using Harness.Data.Parquet.Codecs;
using Harness.Data.Parquet.Thrift;
using Microsoft.Win32.SafeHandles;

namespace Harness.Data.Parquet;

/// <summary>A page's bytes: a v2 page's levels stand apart because they are never compressed; all others are in the body.</summary>
internal readonly record struct Page(PageHeader Header, ArraySegment<byte> Levels, byte[] Body);

/// <summary>The pages of one column chunk in file order. Holds one page at a time.</summary>
internal sealed class PageSource
{
    private const int FirstWindow = 1 << 16;
    private readonly SafeFileHandle file;
    private readonly Compression compression;
    private byte[] window = [];
    private int start;
    private int end;
    private long unread;
    private long offset;

    public PageSource(SafeFileHandle file, ColumnChunk chunk)
    {
        this.file = file;
        compression = chunk.Compression;
        // some writers leave 0 where there is no dictionary
        offset = chunk.DictionaryOffset is > 0 and var dictionary ? Math.Min(dictionary, chunk.DataOffset) : chunk.DataOffset;
        unread = chunk.CompressedBytes;
        if (offset < 4 || unread < 0 || unread > RandomAccess.GetLength(file) - offset)
        {
            throw new CorruptDataException($"its pages lie at {offset} … {(decimal)offset + unread}, beyond the file");
        }
    }

    /// <summary>The next page, or null behind the last.</summary>
    public Page? Next()
    {
        while (unread > 0 || end > start)
        {
            var header = ReadHeader();
            var raw = Take(header.CompressedBytes);
            if (header.Crc is { } crc && Crc32.Of(raw) != crc)
            {
                throw new CorruptDataException($"a page has checksum {Crc32.Of(raw):x8} where its header says {crc:x8}");
            }

            switch (header.Type)
            {
                case PageType.Data or PageType.Dictionary:
                    return new Page(header, [], Codec.Decompress(compression, raw, header.UncompressedBytes));
                case PageType.DataV2:
                    return ReadV2(header, raw);
            }
        }

        return null;
    }

    private Page ReadV2(PageHeader header, ArraySegment<byte> raw)
    {
        var levels = raw[..checked(header.RepetitionBytes + header.DefinitionBytes)];
        var values = raw[levels.Count..];
        var size = header.UncompressedBytes - levels.Count;
        // a page of nulls has no values to compress, whatever its header says
        var used = header.Compressed && values.Count > 0 ? compression : Compression.Uncompressed;
        return new Page(header, levels, Codec.Decompress(used, values, size));
    }

    private PageHeader ReadHeader()
    {
        for (var wanted = FirstWindow; ; wanted = checked(wanted * 2))
        {
            Fill(wanted);
            try
            {
                var reader = new CompactReader(window.AsSpan(start, end - start));
                var header = PageHeader.Read(ref reader);
                start += reader.Position;
                return header;
            }
            catch (EndOfStreamException) when (unread > 0)
            {
                // statistics of long strings can make a header longer than the window
            }
        }
    }

    private ArraySegment<byte> Take(int count)
    {
        Fill(count);
        if (end - start < count)
        {
            throw new CorruptDataException($"a page of {count} bytes reaches beyond its column chunk");
        }

        var taken = new ArraySegment<byte>(window, start, count);
        start += count;
        return taken;
    }

    /// <summary>Makes up to <paramref name="wanted"/> bytes available from <see cref="start"/> on, fewer at the chunk's end.</summary>
    private void Fill(int wanted)
    {
        var missing = (int)Math.Min(wanted - (end - start), unread);
        if (missing <= 0)
        {
            return;
        }

        if (start + (end - start) + missing > window.Length)
        {
            var larger = window.Length < end - start + missing ? new byte[Math.Max(FirstWindow, end - start + missing)] : window;
            Buffer.BlockCopy(window, start, larger, 0, end - start);
            (window, start, end) = (larger, 0, end - start);
        }

        // read on to the window's end: the next header comes with it
        var ahead = (int)Math.Min(window.Length - end, unread);
        var read = RandomAccess.Read(file, window.AsSpan(end, ahead), offset);
        if (read < Math.Min(missing, 1))
        {
            throw new CorruptDataException("the file ends within a column chunk");
        }

        end += read;
        offset += read;
        unread -= read;
        if (end - start < wanted && unread > 0)
        {
            Fill(wanted);
        }
    }
}

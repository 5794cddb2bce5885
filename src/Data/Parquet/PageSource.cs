using Harness.Data.Codecs;
using Harness.Data.Parquet.Thrift;
using Microsoft.Win32.SafeHandles;

namespace Harness.Data.Parquet;

/// <summary>A page's bytes: a v2 page's levels stand apart because they are never compressed; all others are in the body.</summary>
internal readonly record struct Page(PageHeader Header, ArraySegment<byte> Levels, byte[] Body);

/// <summary>The pages of one column chunk in file order. Holds one page at a time.</summary>
internal sealed class PageSource
{
    private const int FirstWindow = 1 << 16;
    private readonly SafeFileHandle _file;
    private readonly Compression _compression;
    private long _values;
    private byte[] _window = [];
    private int _start;
    private int _end;
    private long _unread;
    private long _offset;

    public PageSource(SafeFileHandle file, ColumnChunk chunk)
    {
        _file = file;
        _compression = chunk.Compression;
        _values = chunk.Values;
        // some writers leave 0 where there is no dictionary
        _offset = chunk.DictionaryOffset is > 0 and var dictionary ? Math.Min(dictionary, chunk.DataOffset) : chunk.DataOffset;
        _unread = chunk.CompressedBytes;
        if (_offset < 4 || _unread < 0 || _unread > RandomAccess.GetLength(file) - _offset)
        {
            throw new CorruptDataException($"its pages lie at {_offset} … {(decimal)_offset + _unread}, beyond the file");
        }
    }

    /// <summary>The next page, or null behind the last.</summary>
    public Page? Next()
    {
        while (_values > 0 && (_unread > 0 || _end > _start))
        {
            var header = ReadHeader();
            if (header.Values > _values)
            {
                throw new CorruptDataException($"a page of {header.Values} values where its column chunk has {_values}");
            }

            _values -= header.Type is PageType.Data or PageType.DataV2 ? header.Values : 0;
            var raw = Take(header.CompressedBytes);
            if (header.Crc is { } crc && Crc32.Of(raw) != crc)
            {
                throw new CorruptDataException($"a page has checksum {Crc32.Of(raw):x8} where its header says {crc:x8}");
            }

            switch (header.Type)
            {
                case PageType.Data or PageType.Dictionary:
                    return new Page(header, [], Codec.Decompress(_compression, raw, header.UncompressedBytes));
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
        var used = header.Compressed && values.Count > 0 ? _compression : Compression.Uncompressed;
        return new Page(header, levels, Codec.Decompress(used, values, size));
    }

    private PageHeader ReadHeader()
    {
        for (var wanted = FirstWindow; ; wanted = checked(wanted * 2))
        {
            Fill(wanted);
            try
            {
                var reader = new CompactReader(_window.AsSpan(_start, _end - _start));
                var header = PageHeader.Read(ref reader);
                _start += reader.Position;
                return header;
            }
            catch (EndOfStreamException) when (_unread > 0)
            {
                // statistics of long strings can make a header longer than the window
            }
        }
    }

    private ArraySegment<byte> Take(int count)
    {
        Fill(count);
        if (_end - _start < count)
        {
            throw new CorruptDataException($"a page of {count} bytes reaches beyond its column chunk");
        }

        var taken = new ArraySegment<byte>(_window, _start, count);
        _start += count;
        return taken;
    }

    /// <summary>Makes up to <paramref name="wanted"/> bytes available from <see cref="_start"/> on, fewer at the chunk's end.</summary>
    private void Fill(int wanted)
    {
        var missing = (int)Math.Min(wanted - (_end - _start), _unread);
        if (missing <= 0)
        {
            return;
        }

        if (_start + (_end - _start) + missing > _window.Length)
        {
            var larger = _window.Length < _end - _start + missing ? new byte[Math.Max(FirstWindow, _end - _start + missing)] : _window;
            Buffer.BlockCopy(_window, _start, larger, 0, _end - _start);
            (_window, _start, _end) = (larger, 0, _end - _start);
        }

        // read on to the window's end: the next header comes with it
        var ahead = (int)Math.Min(_window.Length - _end, _unread);
        var read = RandomAccess.Read(_file, _window.AsSpan(_end, ahead), _offset);
        if (read < Math.Min(missing, 1))
        {
            throw new CorruptDataException("the file ends within a column chunk");
        }

        _end += read;
        _offset += read;
        _unread -= read;
        if (_end - _start < wanted && _unread > 0)
        {
            Fill(wanted);
        }
    }
}

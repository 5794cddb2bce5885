using System.Buffers.Binary;
using System.Numerics;
using System.Text.Json;
using Harness.Data.Parquet.Encodings;

namespace Harness.Data.Parquet;

/// <summary>Walks the entries of one column chunk: a value, or the level at which it is missing. Holds one page.</summary>
internal abstract class ColumnCursor(SchemaNode leaf, PageSource pages)
{
    private int[] _definitions = [];
    private int[] _repetitions = [];
    private int _count;
    private int _entry;

    /// <summary>Definition level of the current entry; <see cref="SchemaNode.Defined"/> of the leaf where there is a value.</summary>
    public int Definition => leaf.Defined == 0 ? 0 : _definitions[_entry];

    /// <summary>Repetition level of the current entry; -1 behind the last.</summary>
    public int Repetition => AtEnd ? -1 : leaf.Repeats == 0 ? 0 : _repetitions[_entry];

    /// <summary>No entry is left.</summary>
    public bool AtEnd => _entry == _count && !LoadPage();

    /// <summary>The current entry has a value.</summary>
    public bool HasValue => Definition == leaf.Defined;

    /// <summary>Goes to the next entry.</summary>
    public void Advance()
    {
        if (HasValue)
        {
            NextValue();
        }

        _entry++;
    }

    /// <summary>Writes the current entry's value.</summary>
    public abstract void WriteValue(Utf8JsonWriter writer);

    protected abstract void NextValue();

    protected abstract void LoadDictionary(Page page);

    protected abstract void LoadValues(PageEncoding encoding, ReadOnlyMemory<byte> data, int count);

    private bool LoadPage()
    {
        while (pages.Next() is { } page)
        {
            if (page.Header.Type == PageType.Dictionary)
            {
                LoadDictionary(page);
            }
            else if (page.Header.Values > 0)
            {
                (_count, _entry) = (page.Header.Values, 0);
                var body = page.Header.Type == PageType.DataV2 ? ReadLevelsV2(page) : ReadLevelsV1(page);
                var present = leaf.Defined == 0 ? _count : _definitions.AsSpan(0, _count).Count(leaf.Defined);
                LoadValues(page.Header.Encoding, body, present);
                return true;
            }
        }

        return false;
    }

    private ReadOnlyMemory<byte> ReadLevelsV1(Page page)
    {
        ReadOnlyMemory<byte> body = page.Body;
        body = ReadLevels(body, page.Header.RepetitionEncoding, leaf.Repeats, ref _repetitions);
        return ReadLevels(body, page.Header.DefinitionEncoding, leaf.Defined, ref _definitions);
    }

    private ReadOnlyMemory<byte> ReadLevels(ReadOnlyMemory<byte> body, PageEncoding encoding, int highest, ref int[] levels)
    {
        if (highest == 0)
        {
            return body;
        }

        var output = Room(ref levels);
        switch (encoding)
        {
            case PageEncoding.Rle:
                var length = BinaryPrimitives.ReadInt32LittleEndian(body.Span);
                DecodeLevels(body.Span.Slice(4, length), highest, output);
                return body[(4 + length)..];
            case PageEncoding.BitPacked:
                return body[RleHybrid.DecodeBigEndianBits(body.Span, Width(highest), output)..];
            default:
                throw new NotSupportedException($"levels in encoding {FormatName.Of(encoding)}");
        }
    }

    private ReadOnlyMemory<byte> ReadLevelsV2(Page page)
    {
        ReadOnlySpan<byte> levels = page.Levels;
        if (leaf.Repeats > 0)
        {
            DecodeLevels(levels[..page.Header.RepetitionBytes], leaf.Repeats, Room(ref _repetitions));
        }

        if (leaf.Defined > 0)
        {
            DecodeLevels(levels[page.Header.RepetitionBytes..], leaf.Defined, Room(ref _definitions));
        }

        return page.Body;
    }

    private Span<int> Room(ref int[] levels)
    {
        if (levels.Length < _count)
        {
            levels = new int[_count];
        }

        return levels.AsSpan(0, _count);
    }

    private static void DecodeLevels(ReadOnlySpan<byte> data, int highest, Span<int> output)
    {
        RleHybrid.Decode(data, Width(highest), output);
        if (output.ContainsAnyExceptInRange(0, highest))
        {
            throw new CorruptDataException($"a level above {highest}");
        }
    }

    private static int Width(int highest) => 32 - BitOperations.LeadingZeroCount((uint)highest);
}

/// <summary>A cursor over values of type <typeparamref name="T"/>.</summary>
internal sealed class ColumnCursor<T>(SchemaNode leaf, PageSource pages, ValueDecoder<T> decoder, Action<Utf8JsonWriter, T> write)
    : ColumnCursor(leaf, pages)
{
    private T[] _dictionary = [];
    private T[] _values = [];
    private int _value;

    /// <summary>The current entry's value, where it has one.</summary>
    public T Value => _values[_value];

    public override void WriteValue(Utf8JsonWriter writer) => write(writer, Value);

    protected override void NextValue() => _value++;

    protected override void LoadDictionary(Page page)
    {
        if (page.Header.Values > page.Body.Length)
        {
            throw new CorruptDataException($"a dictionary of {page.Header.Values} values in {page.Body.Length} bytes");
        }

        _dictionary = new T[page.Header.Values];
        decoder.Decode(PageEncoding.Plain, page.Body, _dictionary);
    }

    protected override void LoadValues(PageEncoding encoding, ReadOnlyMemory<byte> data, int count)
    {
        _value = 0;
        if (count == 0)
        {
            // of a page of nulls, some encodings leave not even their header
            return;
        }

        if (_values.Length < count)
        {
            _values = new T[count];
        }

        var output = _values.AsSpan(0, count);
        if (encoding is PageEncoding.PlainDictionary or PageEncoding.RleDictionary)
        {
            LookUp(data.Span, output);
        }
        else
        {
            decoder.Decode(encoding, data, output);
        }
    }

    private void LookUp(ReadOnlySpan<byte> data, Span<T> output)
    {
        var indices = new int[output.Length];
        RleHybrid.Decode(data[1..], data[0], indices);
        for (var i = 0; i < indices.Length; i++)
        {
            if ((uint)indices[i] >= (uint)_dictionary.Length)
            {
                throw new CorruptDataException($"entry {(uint)indices[i]} of a dictionary of {_dictionary.Length}");
            }

            output[i] = _dictionary[indices[i]];
        }
    }
}

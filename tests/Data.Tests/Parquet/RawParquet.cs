using Harness.Data.Parquet.Thrift;

namespace Harness.Data.Tests.Parquet;

/// <summary>A page by its parts; everything behind <paramref name="Body"/> is as a sound writer has it unless set.</summary>
/// <param name="Kind">0: data v1, 2: dictionary, 3: data v2.</param>
/// <param name="Body">As stored, levels of v1 included.</param>
internal sealed record RawPage(int Kind, int Values, int Encoding, byte[] Body)
{
    public int? UncompressedBytes { get; init; }

    /// <summary>Levels of v2: repetition, definition.</summary>
    public (byte[] Repetition, byte[] Definition) Levels { get; init; } = ([], []);

    public byte[] ToBytes()
    {
        var levels = (byte[])[.. Levels.Repetition, .. Levels.Definition];
        var header = new CompactWriter().I32(1, Kind).I32(2, UncompressedBytes ?? (Body.Length + levels.Length)).I32(3, Body.Length + levels.Length);
        header = Kind switch
        {
            0 => header.Struct(5, new CompactWriter().I32(1, Values).I32(2, Encoding).I32(3, 3).I32(4, 3).Struct()),
            2 => header.Struct(7, new CompactWriter().I32(1, Values).I32(2, Encoding).Struct()),
            _ => header.Struct(8, new CompactWriter()
                .I32(1, Values).I32(2, 0).I32(3, Values).I32(4, Encoding).I32(5, Levels.Definition.Length).I32(6, Levels.Repetition.Length).Struct()),
        };
        return [.. header.Struct(), .. levels, .. Body];
    }
}

/// <summary>A Parquet file of any schema put together from raw pages: what writers have left in the world that the reference pack's writer does not write.</summary>
internal sealed class RawParquet(int rows, string? writer = null)
{
    private readonly List<byte[]> _schema = [];
    private readonly List<(int Type, int Codec, int Values, RawPage[] Pages)> _chunks = [];

    /// <summary>Bytes that the chunks' lengths in the footer leave out.</summary>
    public int UncountedBytes { get; init; }

    /// <summary>Written where a chunk has no dictionary; null leaves the field out.</summary>
    public long? DictionaryOffset { get; init; }

    public RawParquet Group(string name, int repetition, int children, int? converted = null)
    {
        var element = new CompactWriter().I32(3, repetition).Text(4, name).I32(5, children);
        _schema.Add((converted is { } annotation ? element.I32(6, annotation) : element).Struct());
        return this;
    }

    public RawParquet Leaf(string name, int type, int repetition = 0, int? converted = null, int? length = null, byte[]? logical = null)
    {
        var element = new CompactWriter().I32(1, type);
        element = length is { } width ? element.I32(2, width) : element;
        element = element.I32(3, repetition).Text(4, name);
        element = converted is { } annotation ? element.I32(6, annotation) : element;
        _schema.Add((logical is { } union ? element.Struct(10, union) : element).Struct());
        return this;
    }

    public RawParquet Chunk(int type, int codec, int values, params RawPage[] pages)
    {
        _chunks.Add((type, codec, values, pages));
        return this;
    }

    public byte[] ToBytes(int topColumns = 1)
    {
        var file = new List<byte>("PAR1"u8.ToArray());
        var columns = new List<byte[]>();
        foreach (var (type, codec, values, pages) in _chunks)
        {
            var start = file.Count;
            long? dictionary = DictionaryOffset;
            foreach (var page in pages)
            {
                dictionary = page.Kind == 2 && DictionaryOffset is null ? file.Count : dictionary;
                file.AddRange(page.ToBytes());
            }

            var chunk = new CompactWriter().I32(1, type).I32(4, codec).I64(5, values).I64(7, file.Count - start - UncountedBytes).I64(9, start);
            columns.Add(new CompactWriter().I64(2, 0).Struct(3, (dictionary is { } at ? chunk.I64(11, at) : chunk).Struct()).Struct());
        }

        var footer = new CompactWriter()
            .I32(1, 1)
            .Structs(2, [new CompactWriter().Text(4, "schema").I32(5, topColumns).Struct(), .. _schema])
            .I64(3, rows)
            .Structs(4, new CompactWriter().Structs(1, [.. columns]).I64(3, rows).Struct());
        var bytes = (writer is null ? footer : footer.Text(6, writer)).Struct();
        return [.. file, .. bytes, .. BitConverter.GetBytes(bytes.Length), .. "PAR1"u8];
    }
}

using System.Text;
using Harness.Data.Parquet;
using Harness.Tests.Shared;

namespace Harness.Data.Tests.Parquet;

/// <summary>Files as writers other than the reference pack's have left them; each test names the file of apache/parquet-testing that is of its kind.</summary>
public sealed class OtherWritersTests : IDisposable
{
    private const int Boolean = 0;
    private const int Int32 = 1;
    private const int Int64 = 2;
    private const int ByteArray = 6;
    private const int Fixed = 7;
    private const int Optional = 1;
    private const int Repeated = 2;
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder["file.parquet"];

    /// <summary>concatenated_gzip_members</summary>
    [Fact]
    public void Reads_a_page_of_several_gzip_members()
    {
        byte[] body = [.. FolderFiles.Gzip("\u0001\0\0\0\u0002\0"), .. FolderFiles.Gzip("\0\0\u0003\0\0\0")];

        Rows(new RawParquet(3).Leaf("x", Int32).Chunk(Int32, 2, 3, new RawPage(0, 3, 0, body) { UncompressedBytes = 12 }))
            .ShouldBe(["""{"x":1}""", """{"x":2}""", """{"x":3}"""]);
    }

    /// <summary>hadoop_lz4_compressed_larger, hadoop_lz4_compressed_block_split</summary>
    [Fact]
    public void Reads_frames_of_Hadoop_that_hold_several_blocks()
    {
        byte[] frames =
        [
            0, 0, 0, 8, 0, 0, 0, 5, 0x40, 1, 0, 0, 0, 0, 0, 0, 5, 0x40, 2, 0, 0, 0,
            0, 0, 0, 4, 0, 0, 0, 5, 0x40, 3, 0, 0, 0,
        ];

        Rows(new RawParquet(3).Leaf("x", Int32).Chunk(Int32, 5, 3, new RawPage(0, 3, 0, frames) { UncompressedBytes = 12 }))
            .ShouldBe(["""{"x":1}""", """{"x":2}""", """{"x":3}"""]);
    }

    /// <summary>page_v2_empty_compressed (zstd of nothing), datapage_v2_empty_datapage.snappy (nothing at all)</summary>
    [Theory]
    [InlineData(6, new byte[] { 0x28, 0xb5, 0x2f, 0xfd, 0x20, 0x00, 0x01, 0x00, 0x00 })]
    [InlineData(1, new byte[0])]
    public void Reads_a_v2_page_of_nulls(int codec, byte[] body)
    {
        var page = new RawPage(3, 2, 0, body) { UncompressedBytes = 2, Levels = ([], [4, 0]) };

        Rows(new RawParquet(2).Leaf("x", Int32, Optional).Chunk(Int32, codec, 2, page)).ShouldBe(["""{"x":null}""", """{"x":null}"""]);
    }

    /// <summary>int32_with_null_pages, delta_encoding_optional_column</summary>
    [Theory]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(9)]
    public void Reads_a_page_of_nulls_whose_encoding_left_nothing(int encoding) =>
        Rows(new RawParquet(2).Leaf("x", Int32, Optional).Chunk(Int32, 0, 2, new RawPage(0, 2, encoding, [2, 0, 0, 0, 4, 0])))
            .ShouldBe(["""{"x":null}""", """{"x":null}"""]);

    /// <summary>rle_boolean_encoding</summary>
    [Fact]
    public void Reads_booleans_in_runs() =>
        Rows(new RawParquet(3).Leaf("x", Boolean).Chunk(Boolean, 0, 3, new RawPage(0, 3, 3, [4, 0, 0, 0, 4, 1, 2, 0])))
            .ShouldBe(["""{"x":true}""", """{"x":true}""", """{"x":false}"""]);

    /// <summary>dict-page-offset-zero, plain-dict-uncompressed-checksum</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    public void Reads_a_dictionary_whose_offset_is_zero(int encoding)
    {
        var file = new RawParquet(3) { DictionaryOffset = 0 }.Leaf("x", ByteArray, converted: 0)
            .Chunk(ByteArray, 0, 3, new RawPage(2, 2, encoding == 2 ? 2 : 0, SmallParquet.Strings("no", "yes")), new RawPage(0, 3, encoding, [1, 3, 0b011]));

        Rows(file).ShouldBe(["""{"x":"yes"}""", """{"x":"yes"}""", """{"x":"no"}"""]);
    }

    /// <summary>nation.dict-malformed</summary>
    [Theory]
    [InlineData("parquet-mr", true)]
    [InlineData("parquet-mr version 1.2.8 (build abc)", true)]
    [InlineData("parquet-mr version 1.10.0", false)]
    [InlineData("impala version 1.2.0", false)]
    public void Reads_chunks_whose_length_leaves_the_dictionarys_header_out(string writer, bool reads)
    {
        var file = new RawParquet(2, writer) { UncountedBytes = 9 }.Leaf("x", ByteArray, converted: 0)
            .Chunk(ByteArray, 0, 2, new RawPage(2, 1, 0, SmallParquet.Strings("yes")), new RawPage(0, 2, 8, [1, 4, 0]));
        if (reads)
        {
            Rows(file).ShouldBe(["""{"x":"yes"}""", """{"x":"yes"}"""]);
        }
        else
        {
            Error(file).ShouldStartWith($"{Path}: column 'x' is corrupt: ");
        }
    }

    /// <summary>overflow_i16_page_cnt</summary>
    [Fact]
    public void Reads_more_pages_than_a_short_counts()
    {
        const int pages = 40_000;
        var page = new RawPage(0, 1, 0, [7, 0, 0, 0]);

        Rows(new RawParquet(pages).Leaf("x", Int32).Chunk(Int32, 0, pages, [.. Enumerable.Repeat(page, pages)])).Count(row => row == """{"x":7}""").ShouldBe(pages);
    }

    /// <summary>old_list_structure</summary>
    [Fact]
    public void Reads_a_list_of_lists_in_two_levels()
    {
        // [[1, 2], [3]]: repetition 0 2 1, definition 3 3 3
        var page = new RawPage(0, 3, 0, [2, 0, 0, 0, 3, 0b01_10_00, 2, 0, 0, 0, 6, 3, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0]);

        Rows(new RawParquet(1).Group("a", Optional, 1, converted: 3).Group("array", Repeated, 1, converted: 3).Leaf("array", Int32, Repeated)
            .Chunk(Int32, 0, 3, page)).ShouldBe(["""{"a":[[1,2],[3]]}"""]);
    }

    /// <summary>repeated_no_annotation, repeated_primitive_no_list</summary>
    [Fact]
    public void Reads_repeated_fields_within_a_struct()
    {
        // {numbers: [{n: 1}, {n: 2}]}, null
        var page = new RawPage(0, 3, 0, [2, 0, 0, 0, 3, 0b010, 2, 0, 0, 0, 3, 0b00_10_10, 1, 0, 0, 0, 2, 0, 0, 0]);

        Rows(new RawParquet(2).Group("phones", Optional, 1).Group("phone", Repeated, 1).Leaf("n", Int32).Chunk(Int32, 0, 3, page))
            .ShouldBe(["""{"phones":{"phone":[{"n":1},{"n":2}]}}""", """{"phones":null}"""]);
    }

    /// <summary>map_no_value</summary>
    [Fact]
    public void Reads_a_map_without_values_as_the_list_of_its_keys()
    {
        var page = new RawPage(0, 2, 0, [2, 0, 0, 0, 3, 0b10, 2, 0, 0, 0, 4, 1, 1, 0, 0, 0, 2, 0, 0, 0]);

        Rows(new RawParquet(1).Group("m", 0, 1, converted: 1).Group("key_value", Repeated, 1).Leaf("key", Int32).Chunk(Int32, 0, 2, page))
            .ShouldBe(["""{"m":[1,2]}"""]);
    }

    /// <summary>incorrect_map_schema</summary>
    [Fact]
    public void Reads_a_map_whose_keys_are_optional()
    {
        RawPage Page(string text) => new(0, 1, 0, [2, 0, 0, 0, 2, 0, 2, 0, 0, 0, 2, 3, .. SmallParquet.Strings(text)]);

        Rows(new RawParquet(1).Group("m", Optional, 1, converted: 1).Group("key_value", Repeated, 2, converted: 2)
            .Leaf("key", ByteArray, Optional, converted: 0).Leaf("value", ByteArray, Optional, converted: 0)
            .Chunk(ByteArray, 0, 1, Page("name")).Chunk(ByteArray, 0, 1, Page("report"))).ShouldBe(["""{"m":[["name","report"]]}"""]);
    }

    /// <summary>unknown-logical-type; the second is no struct at all</summary>
    [Theory]
    [InlineData(new byte[] { 0x0c, 0xd0, 0x0f, 0, 0 })]
    [InlineData(new byte[] { 0x05, 0xd0, 0x0f, 8, 0 })]
    public void Reads_a_logical_type_of_tomorrow_by_its_bytes(byte[] logical) =>
        Rows(new RawParquet(1).Leaf("x", ByteArray, logical: logical).Chunk(ByteArray, 0, 1, new RawPage(0, 1, 0, SmallParquet.Strings("AB"))))
            .ShouldBe(["""{"x":"4142"}"""]);

    /// <summary>int64_decimal, fixed_length_decimal, byte_array_decimal</summary>
    [Fact]
    public void Reads_decimals_of_every_storage()
    {
        // DECIMAL with scale 2, as a union: field 5 {1: scale}
        byte[] logical = [0x5c, 0x15, 4, 0, 0];

        Rows(new RawParquet(1).Leaf("a", Int64, logical: logical).Leaf("b", Fixed, length: 3, logical: logical).Leaf("c", ByteArray, logical: logical)
            .Chunk(Int64, 0, 1, new RawPage(0, 1, 0, BitConverter.GetBytes(-5L)))
            .Chunk(Fixed, 0, 1, new RawPage(0, 1, 0, [0xff, 0xff, 0x38]))
            .Chunk(ByteArray, 0, 1, new RawPage(0, 1, 0, [2, 0, 0, 0, 4, 0xd2])), columns: 3).ShouldBe(["""{"a":"-0.05","b":"-2.00","c":"12.34"}"""]);
    }

    /// <summary>large_string_map.brotli, in small: what one brotli page may claim is told by what it holds</summary>
    [Fact]
    public void Reads_a_brotli_page_that_packs_a_letter_a_million_times_over()
    {
        const int length = 40_000_000;
        var text = (byte[])[.. BitConverter.GetBytes(length), .. Enumerable.Repeat((byte)'a', length)];
        var packed = new byte[1 << 16];
        System.IO.Compression.BrotliEncoder.TryCompress(text, packed, out var written, 5, 24).ShouldBeTrue();
        var file = new RawParquet(1).Leaf("x", ByteArray, converted: 0)
            .Chunk(ByteArray, 4, 1, new RawPage(0, 1, 0, packed[..written]) { UncompressedBytes = text.Length });

        var row = Rows(file).ShouldHaveSingleItem();
        row.Length.ShouldBe(length + """{"x":""}""".Length);
        row.AsSpan(6, length).ContainsAnyExcept('a').ShouldBeFalse();
    }

    /// <summary>bad_data: ARROW-GH-45185, ARROW-GH-41317, ARROW-RS-GH-11261-FLBA-DICT, PARQUET-1481 and their like</summary>
    [Fact]
    public void Refuses_levels_and_counts_that_contradict_the_rows()
    {
        var list = new RawPage(0, 2, 0, [2, 0, 0, 0, 4, 1, 2, 0, 0, 0, 4, 1, 1, 0, 0, 0, 2, 0, 0, 0]);
        Error(new RawParquet(1).Leaf("x", Int32, Repeated).Chunk(Int32, 0, 2, list)).ShouldBe(
            $"{Path}: column 'x' is corrupt: its repetition levels contradict its rows. Fetch the file again.");
        Error(new RawParquet(2).Leaf("x", Int32).Chunk(Int32, 0, 1, new RawPage(0, 1, 0, [1, 0, 0, 0]))).ShouldBe(
            $"{Path}: column 'x' is corrupt: it has 1 values in a row group of 2 rows. Fetch the file again.");
        Error(new RawParquet(1).Leaf("x", Fixed, length: 2).Chunk(Fixed, 0, 1, new RawPage(2, 1, 0, [2, 0, 0, 0, 65, 66]), new RawPage(0, 1, 8, [1, 2, 0]))).ShouldBe(
            $"{Path}: column 'x' is corrupt: 1 values of 2 bytes in 6 bytes. Fetch the file again.");
        Error(new RawParquet(1).Leaf("x", Int32).Chunk(Int32, 0, 1, new RawPage(0, int.MaxValue, 0, [1, 0, 0, 0]))).ShouldBe(
            $"{Path}: column 'x' is corrupt: a page of {int.MaxValue} values where its column chunk has 1. Fetch the file again.");
        Error(new RawParquet(1).Leaf("x", Int32).Chunk(Int32, 4, 1, new RawPage(0, 1, 0, [1, 0, 0, 0]) { UncompressedBytes = int.MaxValue })).ShouldBe(
            $"{Path}: column 'x' is corrupt: a brotli block is damaged. Fetch the file again.");
        Error(new RawParquet(1).Leaf("x", 55).Chunk(Int32, 0, 1)).ShouldBe(
            $"{Path} is corrupt: column 'x' has no physical type that is known. Fetch the file again.");
    }

    public void Dispose() => _folder.Dispose();

    private string[] Rows(RawParquet made, int columns = 1)
    {
        using var file = ParquetFile.Open(_folder.Bytes("file.parquet", made.ToBytes(columns)));
        return file.Rows().Select(row => Encoding.UTF8.GetString(row.Span)).ToArray();
    }

    private string Error(RawParquet made) => Should.Throw<InputException>(() => Rows(made)).Message;
}

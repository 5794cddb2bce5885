using System.Text;
using Harness.Data.Parquet;
using Harness.Tests.Shared;

namespace Harness.Data.Tests.Parquet;

public sealed class ParquetFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder["file.parquet"];

    [Fact]
    public void Reads_a_column_by_its_name()
    {
        Strings(new SmallParquet()).ShouldBe(["one", "two"]);
    }

    [Fact]
    public void Reads_missing_strings_as_null() =>
        // levels 1, 0 as a bit-packed group behind their length
        Strings(new SmallParquet { Repetition = 1, Body = [2, 0, 0, 0, 3, 1, .. SmallParquet.Strings("one")] }).ShouldBe(["one", null]);

    [Fact]
    public void Reads_levels_in_the_deprecated_bit_packed_form() =>
        Strings(new SmallParquet { Repetition = 1, LevelEncoding = 4, Body = [0b1000_0000, .. SmallParquet.Strings("one")] }).ShouldBe(["one", null]);

    [Fact]
    public void Reads_a_repeated_field_without_a_list_around_it_as_a_list()
    {
        // repetition 0 1, definition 1 1: one row of two elements
        var file = new SmallParquet { Repetition = 2, Rows = 1, Body = [2, 0, 0, 0, 3, 2, 2, 0, 0, 0, 4, 1, .. SmallParquet.Strings("one", "two")] };

        Rows(file).ShouldBe(["""{"text":["one","two"]}"""]);
    }

    [Fact]
    public void Reads_the_old_lz4_with_and_without_the_frames_of_Hadoop()
    {
        var body = SmallParquet.Strings("one", "two");
        byte[] block = [(byte)(body.Length << 4), .. body];
        var file = new SmallParquet { Codec = 5, UncompressedBytes = body.Length };

        Strings(file with { Body = block }).ShouldBe(["one", "two"]);
        Strings(file with { Body = [0, 0, 0, (byte)body.Length, 0, 0, 0, (byte)block.Length, .. block] }).ShouldBe(["one", "two"]);
    }

    [Fact]
    public void Widens_integers_and_reals()
    {
        using var file = ParquetFile.Open(ReferencePack.Path("data", "parquet-cases", "01_plain.parquet"));

        file.ReadColumn<long>("i32").First().ShouldBe(int.MinValue);
        file.ReadColumn<int>("i32").First().ShouldBe(int.MinValue);
        file.ReadColumn<double>("f32").Skip(1).First().ShouldBe(-0.0);
        file.ReadColumn<bool>("b").Take(2).ShouldBe([false, true]);
    }

    [Fact]
    public void Reads_a_field_of_a_struct()
    {
        using var file = ParquetFile.Open(ReferencePack.Path("data", "parquet-cases", "10_structs.parquet"));

        file.ReadColumn<string>("s.b.c").First().ShouldBe("weight");
    }

    [Fact]
    public void Checks_the_checksum_of_a_page()
    {
        var sound = new SmallParquet();

        // zlib.crc32(b"\3\0\0\0one\3\0\0\0two")
        Strings(sound with { Crc = 1593818849 }).ShouldBe(["one", "two"]);
        Error(sound with { Crc = 1 }).ShouldBe($"{Path}: column 'text' is corrupt: a page has checksum 5effbee1 where its header says 00000001. Fetch the file again.");
    }

    [Fact]
    public void Names_what_it_does_not_support()
    {
        var sound = new SmallParquet();
        Error(sound with { Codec = 3 }).ShouldBe($"{Path}: column 'text' uses LZO compression, which this reader does not support. Convert the file.");
        Error(sound with { Encoding = 5 }).ShouldBe(
            $"{Path}: column 'text' uses encoding DELTA_BINARY_PACKED of BYTE_ARRAY values, which this reader does not support. Convert the file.");
        Error(sound with { Encoding = 12 }).ShouldBe(
            $"{Path}: column 'text' uses encoding 12 of BYTE_ARRAY values, which this reader does not support. Convert the file.");
        Error(sound with { OtherFile = "part-1" }).ShouldBe(
            $"{Path}: column 'text' uses a column kept in another file (part-1), which this reader does not support. Convert the file.");

        var encrypted = sound.ToBytes();
        "PARE"u8.CopyTo(encrypted.AsSpan(encrypted.Length - 4));
        Error(encrypted).ShouldBe($"{Path} uses an encrypted footer, which this reader does not support. Convert the file.");
    }

    [Fact]
    public void Refuses_a_file_that_is_cut_off()
    {
        var sound = new SmallParquet().ToBytes();

        Error(sound[..7]).ShouldBe($"{Path} is corrupt: it has 7 bytes, too few for a Parquet file. Fetch the file again.");
        Error(sound[..^3]).ShouldBe($"{Path} is corrupt: it does not end with PAR1, so it is cut off or no Parquet file. Fetch the file again.");
        Error([.. sound[..4], .. sound[^8..]]).ShouldBe(
            $"{Path} is corrupt: its footer of {sound[^8]} bytes does not fit in 12 bytes. Fetch the file again.");
    }

    [Fact]
    public void Refuses_pages_that_contradict_their_headers()
    {
        var sound = new SmallParquet();
        Error(sound with { CompressedBytes = 99 }).ShouldBe(
            $"{Path}: column 'text' is corrupt: a page of 99 bytes reaches beyond its column chunk. Fetch the file again.");
        Error(sound with { UncompressedBytes = 9 }).ShouldBe(
            $"{Path}: column 'text' is corrupt: an uncompressed page of 9 bytes occupies 14. Fetch the file again.");
        Error(sound with { Codec = 1 }).ShouldBe(
            $"{Path}: column 'text' is corrupt: a snappy block holds 3 bytes where its page header says 14. Fetch the file again.");
        Error(sound with { Codec = 2 }).ShouldBe($"{Path}: column 'text' is corrupt: a gzip block is damaged. Fetch the file again.");
        Error(sound with { Codec = 6 }).ShouldBe($"{Path}: column 'text' is corrupt: a zstd block is damaged. Fetch the file again.");
        Error(sound with { Values = 3, Rows = 3 }).ShouldBe(
            $"{Path}: column 'text' is corrupt: its data end too early or point outside of it. Fetch the file again.");
        Error(sound with { Rows = 3 }).ShouldBe($"{Path}: column 'text' is corrupt: it has 2 values in a row group of 3 rows. Fetch the file again.");
        Error(sound with { Encoding = 8, Body = [1, 4, 1] }).ShouldBe(
            $"{Path}: column 'text' is corrupt: entry 1 of a dictionary of 0. Fetch the file again.");
    }

    [Fact]
    public void Refuses_text_that_is_not_UTF_8()
    {
        var file = new SmallParquet { Body = [.. SmallParquet.Strings("one"), .. SmallParquet.Behind4Bytes([0xff])] };

        Error(file).ShouldBe($"{Path}: column 'text' is corrupt: a text is not valid UTF-8. Fetch the file again.");
        Should.Throw<InputException>(() => Rows(file)).Message.ShouldBe($"{Path}: column 'text' is corrupt: a text is not valid UTF-8. Fetch the file again.");
        Should.Throw<InputException>(() => DataFile.Texts(Path).Count()).Message.ShouldBe(
            $"{Path}: column 'text' is no text in UTF-8 in row 2. Choose a column of text.");
    }

    [Fact]
    public void Names_its_columns_when_one_is_missing()
    {
        using var file = ParquetFile.Open(_folder.Bytes("file.parquet", new SmallParquet().ToBytes()));

        Should.Throw<InputException>(() => file.ReadColumn<string>("label").Any()).Message.ShouldBe($"{Path} has no column 'label'. Its columns: text.");
    }

    [Fact]
    public void Says_what_a_column_of_another_type_holds()
    {
        using var file = ParquetFile.Open(_folder.Bytes("file.parquet", new SmallParquet().ToBytes()));

        Should.Throw<InputException>(() => file.ReadColumn<long>("text").Any()).Message.ShouldBe(
            $"{Path}: column 'text' holds text or bytes, not integers.");
    }

    [Fact]
    public void Refuses_a_null_where_a_value_is_needed()
    {
        var bytes = new SmallParquet { Repetition = 1, Body = [2, 0, 0, 0, 3, 1, .. SmallParquet.Strings("one")] }.ToBytes();
        using var file = ParquetFile.Open(_folder.Bytes("file.parquet", bytes));

        Should.Throw<InputException>(() => file.ReadColumn<ReadOnlyMemory<byte>>("text").Count()).Message.ShouldBe(
            $"{Path}: column 'text' is null in row 2; a value is needed in every row.");
    }

    [Fact]
    public void Refuses_to_read_a_list_as_plain_values()
    {
        var path = ReferencePack.Path("data", "parquet-cases", "09_lists.parquet");
        using var file = ParquetFile.Open(path);

        Should.Throw<InputException>(() => file.ReadColumn<string>("ls").Any()).Message.ShouldBe(
            $"{path}: column 'ls' is a list; a column of plain values is needed.");
    }

    [Fact]
    public void Says_when_the_file_is_missing() =>
        Should.Throw<InputException>(() => ParquetFile.Open("absent.parquet")).Message.ShouldBe("absent.parquet cannot be read: there is no such file.");

    public void Dispose() => _folder.Dispose();

    private string?[] Strings(SmallParquet small)
    {
        using var file = ParquetFile.Open(_folder.Bytes("file.parquet", small.ToBytes()));
        return file.ReadColumn<string>("text").ToArray();
    }

    private string[] Rows(SmallParquet small)
    {
        using var file = ParquetFile.Open(_folder.Bytes("file.parquet", small.ToBytes()));
        return file.Rows().Select(row => Encoding.UTF8.GetString(row.Span)).ToArray();
    }

    private string Error(SmallParquet small) => Should.Throw<InputException>(() => Strings(small)).Message;

    private string Error(byte[] bytes) => Should.Throw<InputException>(() => ParquetFile.Open(_folder.Bytes("file.parquet", bytes)).Dispose()).Message;
}

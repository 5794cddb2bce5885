using Harness.Models.Checkpoints;

namespace Harness.Models.Tests.Checkpoints;

public sealed class SafetensorsFileTests : IDisposable
{
    private const string Again = "The file is damaged; copy or download it again.";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Reads_names_types_shapes_and_metadata()
    {
        var file = SafetensorsFile.Open(RawSafetensors.Write(
            _folder["a"],
            """{"b":{"dtype":"F16","shape":[2,1],"data_offsets":[8,12]},"__metadata__":{"format":"pt"},"a":{"dtype":"I64","shape":[],"data_offsets":[0,8]}}   """,
            dataBytes: 12));

        file.Header.Metadata.ShouldBe(new Dictionary<string, string> { ["format"] = "pt" });
        file.Header.Entries.Select(entry => entry.Name).ShouldBe(["a", "b"]);
        file.Entry("a").Type.ShouldBe(ElementType.Int64);
        file.Entry("a").Shape.ShouldBeEmpty();
        file.Entry("b").Type.ShouldBe(ElementType.Float16);
        file.Entry("b").Shape.ShouldBe([2, 1]);
        file.ReadBytes("b").ShouldBe(new byte[] { 8, 9, 10, 11 });
        file.ReadInt64s("a").ShouldBe([0x0706050403020100]);
    }

    [Fact]
    public void Reads_a_file_without_tensors() => SafetensorsFile.Open(RawSafetensors.Write(_folder["a"], "{}", 0)).Header.Entries.ShouldBeEmpty();

    [Theory]
    [InlineData("U8", 4, new long[] { 0, 1, 2, 255 })]
    [InlineData("I8", 4, new long[] { 0, 1, 2, -1 })]
    [InlineData("U16", 8, new long[] { 0x100, 0x302, 0x504, 0xFF06 })]
    [InlineData("I16", 8, new long[] { 0x100, 0x302, 0x504, -0xFA })]
    [InlineData("U32", 16, new long[] { 0x3020100, 0x7060504, 0xB0A0908, 0xFF0E0D0C })]
    [InlineData("I32", 16, new long[] { 0x3020100, 0x7060504, 0xB0A0908, -0xF1F2F4 })]
    public void Reads_whole_numbers_of_every_type(string dtype, int bytes, long[] numbers)
    {
        var path = RawSafetensors.Write(_folder["a"], $$$"""{"input_ids":{"dtype":"{{{dtype}}}","shape":[2,2],"data_offsets":[0,{{{bytes}}}]}}""", bytes);
        OverwriteLast(path, 0xFF);
        SafetensorsFile.Open(path).ReadInt64s("input_ids").ShouldBe(numbers);
    }

    [Fact]
    public void Refuses_whole_numbers_above_64_bits_with_sign()
    {
        var path = RawSafetensors.Write(_folder["a"], """{"x":{"dtype":"U64","shape":[1],"data_offsets":[0,8]}}""", 8);
        OverwriteLast(path, 0xFF);
        Message(() => SafetensorsFile.Open(path).ReadInt64s("x"))
            .ShouldBe($"{path}: tensor 'x' holds a number above 9223372036854775807 at element 0; store it as I64.");
    }

    [Fact]
    public void Refuses_other_types_where_whole_numbers_are_needed()
    {
        var path = RawSafetensors.Write(_folder["a"], """{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4);
        Message(() => SafetensorsFile.Open(path).ReadInt64s("x"))
            .ShouldBe($"{path}: tensor 'x' has dtype F32; whole numbers were expected, I64 for example.");
    }

    [Fact]
    public void Names_the_nearest_tensor()
    {
        var path = RawSafetensors.Write(_folder["a"], """{"input_ids":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 1);
        Message(() => SafetensorsFile.Open(path).ReadBytes("inputs_ids"))
            .ShouldBe($"{path} has no tensor 'inputs_ids'. Did you mean 'input_ids'? It holds: input_ids.");
    }

    [Fact]
    public void Refuses_a_file_that_is_not_there() =>
        Message(() => SafetensorsFile.Open(_folder["a"])).ShouldBe($"{_folder["a"]} does not exist; a safetensors file was expected there.");

    [Fact]
    public void Refuses_a_file_shorter_than_its_length_field() =>
        Message(() => SafetensorsFile.Open(_folder.Write("a", "short")))
            .ShouldBe($"{_folder["a"]} has only 5 bytes, fewer than the 8 that give the length of a safetensors header. {Again}");

    [Fact]
    public void Refuses_a_pointer_of_Git_LFS() =>
        Message(() => SafetensorsFile.Open(_folder.Write("a", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")))
            .ShouldBe($"{_folder["a"]} is a Git LFS pointer, not the weights themselves. Run 'git lfs pull' in its folder.");

    [Fact]
    public void Refuses_a_header_longer_than_the_format_allows() =>
        Message(() => SafetensorsFile.Open(_folder.Write("a", "\u0001\u0002\u0003\u0004\u0005\u0006\u0007\0{}")))
            .ShouldBe($"{_folder["a"]} announces a header of 1976943448883713 bytes; safetensors allows 100000000. It is no safetensors file, or damaged.");

    [Fact]
    public void Refuses_a_header_that_ends_behind_the_file()
    {
        var path = RawSafetensors.Write(_folder["a"], "{}", 0);
        using (var stream = File.OpenWrite(path))
        {
            stream.SetLength(9);
        }

        Message(() => SafetensorsFile.Open(path)).ShouldBe($"{path} is truncated: its header has 2 bytes, and only 1 follow. {Again}");
    }

    [Theory]
    [InlineData("{]")]
    [InlineData("[]")]
    [InlineData("")]
    public void Refuses_a_header_that_is_no_JSON_object(string header) =>
        Refusal(header, 0).ShouldBe("has a header that is not a JSON object. It is no safetensors file, or damaged.");

    [Fact]
    public void Refuses_metadata_that_is_no_text() =>
        Refusal("""{"__metadata__":{"step":1}}""", 0).ShouldBe($$"""has __metadata__ {"step":1}; an object of texts was expected. {{Again}}""");

    [Fact]
    public void Refuses_duplicate_names() =>
        Refusal("""{"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"x":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", 2)
            .ShouldBe($"has two tensors named 'x'. {Again}");

    [Theory]
    [InlineData("""{"dtype":"U8","shape":[1]}""")]
    [InlineData("""{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}""")]
    [InlineData("""{"dtype":"U8","shape":[1.5],"data_offsets":[0,1]}""")]
    [InlineData("""{"dtype":"U8","shape":1,"data_offsets":[0,1]}""")]
    [InlineData("""{"dtype":"U8","shape":[1],"data_offsets":[0,1,2]}""")]
    [InlineData("""{"dtype":1,"shape":[1],"data_offsets":[0,1]}""")]
    [InlineData("7")]
    public void Refuses_a_tensor_without_type_shape_and_offsets(string entry) =>
        Refusal($$"""{"x":{{entry}}}""", 1).ShouldBe($": tensor 'x' is described by {entry}; a dtype, a shape and two data_offsets were expected. {Again}");

    [Theory]
    [InlineData("F8_E4M3")]
    [InlineData("f32")]
    public void Refuses_an_unknown_type(string dtype) =>
        Refusal($$$"""{"x":{"dtype":"{{{dtype}}}","shape":[1],"data_offsets":[0,1]}}""", 1).ShouldBe(
            $": tensor 'x' has dtype '{dtype}', which is not supported. "
            + "Known: BF16, BOOL, F16, F32, F64, I16, I32, I64, I8, U16, U32, U64, U8. Use an unquantised checkpoint.");

    [Fact]
    public void Refuses_a_length_that_is_not_the_shapes() =>
        Refusal("""{"x":{"dtype":"F32","shape":[2,3],"data_offsets":[0,20]}}""", 20).ShouldBe(
            $": tensor 'x' of shape [2, 3] and dtype F32 has data_offsets [0, 20]; its bytes do not fill them. {Again}");

    [Fact]
    public void Refuses_a_shape_beyond_64_bits() =>
        Refusal("""{"x":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}""", 0).ShouldBe(
            $": tensor 'x' of shape [4611686018427387904, 4] and dtype F32 has data_offsets [0, 0]; its bytes do not fill them. {Again}");

    [Fact]
    public void Refuses_overlapping_offsets() =>
        Refusal("""{"x":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"y":{"dtype":"U8","shape":[4],"data_offsets":[3,7]}}""", 7)
            .ShouldBe($": tensor 'y' overlaps tensor 'x'. {Again}");

    [Fact]
    public void Refuses_holes_between_tensors() =>
        Refusal("""{"x":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"y":{"dtype":"U8","shape":[4],"data_offsets":[6,10]}}""", 10)
            .ShouldBe($": 2 bytes between tensor 'x' and tensor 'y' belong to no tensor. {Again}");

    [Fact]
    public void Refuses_a_hole_at_the_start() =>
        Refusal("""{"x":{"dtype":"U8","shape":[4],"data_offsets":[1,5]}}""", 5)
            .ShouldBe($": 1 bytes between the header and tensor 'x' belong to no tensor. {Again}");

    [Fact]
    public void Refuses_bytes_behind_the_last_tensor() =>
        Refusal("""{"x":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", 6).ShouldBe($": 2 bytes after tensor 'x' belong to no tensor. {Again}");

    [Fact]
    public void Refuses_offsets_out_of_range() =>
        Refusal("""{"x":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", 3)
            .ShouldBe($"is truncated: tensor 'x' ends at byte 65 of a file of 64. {Again}");

    private static string Message(Action action) => Should.Throw<InputException>(action).Message;

    /// <summary>The sentence for a file of this header and so many bytes, without the path in front.</summary>
    private string Refusal(string header, int dataBytes)
    {
        var path = RawSafetensors.Write(_folder["a"], header, dataBytes);
        var message = Message(() => SafetensorsFile.Open(path));
        message.ShouldStartWith(path);
        return message[path.Length..].TrimStart(' ');
    }

    private static void OverwriteLast(string path, byte value)
    {
        using var stream = File.OpenWrite(path);
        stream.Position = stream.Length - 1;
        stream.WriteByte(value);
    }
}

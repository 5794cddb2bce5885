using System.Text;
using Harness.Data.Arrow;
using Harness.Tests.Shared;

namespace Harness.Data.Tests.Arrow;

/// <summary>Dictionaries that grow and that are replaced in the middle of a stream, which few writers make.</summary>
public sealed class ArrowDictionaryTests : IDisposable
{
    private const byte Utf8 = 5;
    private readonly TemporaryFolder _folder = new();

    // field d: text, by 32-bit indices into dictionary 1
    private static byte[] Schema => Message(1, [null, new object?[][] { ["d", (byte)1, Utf8, Array.Empty<object?>(), new object?[] { 1L, new object?[] { 32, (byte)1 } }] }], []);

    [Fact]
    public void Adds_a_delta_to_what_is_there() =>
        Rows(Schema, Entries("no", isDelta: false), Indices(0), Entries("yes", isDelta: true), Indices(0, 1, 1)).ShouldBe(
            ["""{"d":"no"}""", """{"d":"no"}""", """{"d":"yes"}""", """{"d":"yes"}"""]);

    [Fact]
    public void Replaces_what_is_there() =>
        Rows(Schema, Entries("no", isDelta: false), Indices(0), Entries("yes", isDelta: false), Indices(0)).ShouldBe(["""{"d":"no"}""", """{"d":"yes"}"""]);

    [Fact]
    public void Refuses_an_index_that_no_dictionary_has()
    {
        Should.Throw<InputException>(() => Rows(Schema, Entries("no", isDelta: false), Indices(1))).Message.ShouldBe(
            $"{_folder["file.arrow"]}: column 'd' is corrupt: entry 1 of a dictionary of 1. Fetch the file again.");
        Should.Throw<InputException>(() => Rows(Schema, Indices(0))).Message.ShouldBe(
            $"{_folder["file.arrow"]}: column 'd' is corrupt: entry 0 of a dictionary of 0. Fetch the file again.");
    }

    public void Dispose() => _folder.Dispose();

    private static byte[] Entries(string text, bool isDelta)
    {
        var body = (byte[])[.. BitConverter.GetBytes(0), .. BitConverter.GetBytes(text.Length), .. Encoding.UTF8.GetBytes(text)];
        return Message(2, [1L, Batch(1, (0, 0), (0, 8), (8, text.Length)), (byte)(isDelta ? 1 : 0)], body);
    }

    private static byte[] Indices(params int[] indices) => Message(3, Batch(indices.Length, (0, 0), (0, 4 * indices.Length)), [.. indices.SelectMany(BitConverter.GetBytes)]);

    private static object?[] Batch(int rows, params (int Offset, int Length)[] buffers) =>
    [
        (long)rows, new FlatWriter.Vector(1, [.. BitConverter.GetBytes((long)rows), .. new byte[8]]),
        new FlatWriter.Vector(buffers.Length, [.. buffers.SelectMany(buffer => (byte[])[.. BitConverter.GetBytes((long)buffer.Offset), .. BitConverter.GetBytes((long)buffer.Length)])]),
    ];

    private static byte[] Message(byte kind, object?[] header, byte[] body)
    {
        var metadata = FlatWriter.Root((short)4, kind, header, (long)body.Length);
        return [0xff, 0xff, 0xff, 0xff, .. BitConverter.GetBytes(metadata.Length), .. metadata, .. body];
    }

    private string[] Rows(params byte[][] messages)
    {
        using var file = ArrowFile.Open(_folder.Bytes("file.arrow", [.. messages.SelectMany(message => message)]));
        return [.. file.Rows().Select(row => Encoding.UTF8.GetString(row.Span))];
    }
}

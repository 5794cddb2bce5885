using System.Text;
using Harness.Models.Checkpoints;

namespace Harness.Models.Tests.Checkpoints;

public sealed class SafetensorsWriterTests : IDisposable
{
    private static readonly StoredTensor[] Declared =
    [
        new("ids", ElementType.Int64, [2]),
        new("half", ElementType.Float16, [2, 2]),
        new("brain", ElementType.BFloat16, [3]),
        new("mask", ElementType.UInt8, [1, 3]),
        new("scalar", ElementType.Float32, []),
        new("empty", ElementType.Float32, [0, 4]),
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Writes_the_bytes_that_the_original_implementation_writes()
    {
        using var stream = new MemoryStream();
        var writer = new SafetensorsWriter(stream, [new("ä", ElementType.UInt8, [3])], new Dictionary<string, string> { ["format"] = "pt" });
        writer.Write("ä", [1, 2, 3]);
        writer.Complete();

        const string json = """{"__metadata__":{"format":"pt"},"ä":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}""";
        var padded = (Encoding.UTF8.GetByteCount(json) + 7) / 8 * 8;
        var expected = new List<byte>([(byte)padded, 0, 0, 0, 0, 0, 0, 0]);
        expected.AddRange(Encoding.UTF8.GetBytes(json));
        expected.AddRange(Enumerable.Repeat((byte)' ', padded - Encoding.UTF8.GetByteCount(json)));
        expected.AddRange([1, 2, 3]);
        stream.ToArray().ShouldBe(expected);
    }

    [Fact]
    public void Reads_back_what_it_wrote_in_any_order()
    {
        using var scope = NewDisposeScope();
        var values = new Dictionary<string, Tensor>
        {
            ["scalar"] = tensor(0.5f),
            ["brain"] = tensor(new[] { 1f, -2.5f, float.PositiveInfinity }).to(ScalarType.BFloat16),
            ["half"] = tensor(new[] { 1f, 0.333f, -65504f, 6e-8f }).view(2, 2).to(ScalarType.Float16),
            ["empty"] = zeros([0, 4]),
            ["mask"] = tensor(new byte[] { 1, 0, 1 }).view(1, 3),
            ["ids"] = tensor(new[] { long.MinValue, 7 }),
        };
        Write(_folder["first"], values);
        Write(_folder["second"], values.Reverse());

        using var file = SafetensorsFile.Open(_folder["first"]);
        foreach (var (name, value) in values)
        {
            var read = file.Load(name);
            read.dtype.ShouldBe(value.dtype);
            read.shape.ShouldBe(value.shape);
            read.bytes.ToArray().ShouldBe(value.bytes.ToArray());
        }

        File.ReadAllBytes(_folder["second"]).ShouldBe(File.ReadAllBytes(_folder["first"]));
    }

    [Fact]
    public void Converts_to_the_declared_type_and_follows_strides()
    {
        using var scope = NewDisposeScope();
        Durable.WriteFile(_folder["a"], stream =>
        {
            var writer = new SafetensorsWriter(stream, [new("x", ElementType.BFloat16, [3, 2])]);
            writer.Write("x", tensor(new[] { 1f, 2f, 3f, 4f, 5f, 6f }).view(2, 3).t());
            writer.Complete();
        });

        using var file = SafetensorsFile.Open(_folder["a"]);
        file.Load("x").to(ScalarType.Float32).contiguous().data<float>().ToArray().ShouldBe([1f, 4f, 2f, 5f, 3f, 6f]);
    }

    [Fact]
    public void Refuses_to_end_before_every_tensor_is_written()
    {
        var writer = new SafetensorsWriter(new MemoryStream(), Declared);
        writer.Write("mask", [1, 2, 3]);
        writer.Missing.Select(entry => entry.Name).ShouldBe(["ids", "half", "brain", "scalar", "empty"]);
        Should.Throw<InvalidOperationException>(writer.Complete).Message.ShouldBe("5 declared tensors were never written, the first is 'ids'.");
    }

    [Fact]
    public void Refuses_what_was_not_declared()
    {
        using var scope = NewDisposeScope();
        var writer = new SafetensorsWriter(new MemoryStream(), Declared);
        Should.Throw<ArgumentException>(() => writer.Write("other", [1])).Message.ShouldStartWith("'other' was not declared.");
        Should.Throw<ArgumentException>(() => writer.Write("mask", [1])).Message.ShouldStartWith("'mask' was declared with 3 bytes and given 1.");
        Should.Throw<ArgumentException>(() => writer.Write("ids", zeros([3]))).Message.ShouldStartWith("'ids' was declared with shape [2] and given [3].");
    }

    private static void Write(string path, IEnumerable<KeyValuePair<string, Tensor>> values) => Durable.WriteFile(path, stream =>
    {
        var writer = new SafetensorsWriter(stream, Declared);
        foreach (var (name, value) in values)
        {
            writer.Write(name, value);
        }

        writer.Complete();
    });
}

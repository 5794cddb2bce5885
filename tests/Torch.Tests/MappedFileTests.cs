using static TorchSharp.torch;

namespace Harness.Torch.Tests;

public sealed class MappedFileTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Views_the_bytes_of_a_file_as_any_element_type()
    {
        using var scope = NewDisposeScope();
        File.WriteAllBytes(_path, [0, 0, .. BitConverter.GetBytes(1.5f)[2..], 0, 0, 0x40, 0x40, 7, 7]);

        var mapped = from_file(_path, shared: false, size: 10, dtype: ScalarType.Byte);

        mapped.narrow(0, 4, 4).view(float32).item<float>().ShouldBe(3f);
        mapped.narrow(0, 2, 2).view(bfloat16).to(float32).item<float>().ShouldBe(1.5f);
    }

    [Fact]
    public void Private_mapping_never_writes_to_the_file()
    {
        using var scope = NewDisposeScope();
        File.WriteAllBytes(_path, [1, 2, 3, 4]);

        from_file(_path, shared: false, size: 4, dtype: ScalarType.Byte).fill_(9);

        File.ReadAllBytes(_path).ShouldBe([1, 2, 3, 4]);
    }

    [Fact]
    public void Shared_mapping_makes_the_file()
    {
        using (NewDisposeScope())
        {
            from_file(_path, shared: true, size: 3, dtype: ScalarType.Float32).copy_(tensor([1f, 2f, 3f]));
        }

        File.ReadAllBytes(_path).ShouldBe([.. BitConverter.GetBytes(1f), .. BitConverter.GetBytes(2f), .. BitConverter.GetBytes(3f)]);
    }
}

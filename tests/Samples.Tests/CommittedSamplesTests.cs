using System.IO.Compression;
using Harness.Models.Checkpoints;
using Harness.Models.Tokenizers;
using Harness.Samples.Texts;
using Harness.Tests.Shared;

namespace Harness.Samples.Tests;

/// <summary>What lies in <c>samples/</c> is what its seed gives, and small.</summary>
public sealed class CommittedSamplesTests
{
    private const long MostBytes = 12_000_000;
    private static readonly string Folder = Repository.Path("samples");

    public static TheoryData<string> Names => [.. SampleModel.All.Select(model => model.Name)];

    [Fact]
    public void All_of_it_is_small() =>
        Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length).ShouldBeLessThanOrEqualTo(MostBytes);

    [Fact]
    public void Texts_and_tasks_are_those_of_seed_0()
    {
        using var folder = new TemporaryFolder();
        SampleData.Write(folder.Path, seed: 0);

        foreach (var file in Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories))
        {
            Content(Path.Combine(Folder, SampleMaker.Data, Path.GetRelativePath(folder.Path, file))).ShouldBe(Content(file), file);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Tokenizers_are_those_of_seed_0(string name)
    {
        using var folder = new TemporaryFolder();
        SampleModel.All.Single(model => model.Name == name).Write(folder.Path, seed: 0);

        Tokenizer.Load(Place(name)).ContentKey.ShouldBe(Tokenizer.Load(folder.Path).ContentKey);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Tokenizers_give_every_text_back(string name)
    {
        var tokenizer = Tokenizer.Load(Place(name));

        foreach (var text in SampleTexts.Training(seed: 1).Take(50))
        {
            tokenizer.Decode(tokenizer.Encode(text)).ShouldBe(text);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Models_have_one_to_three_million_weights_in_half_precision(string name)
    {
        using var folder = CheckpointFolder.Open(Place(name));
        var tensors = folder.Files.SelectMany(file => file.Tensors).ToArray();

        tensors.ShouldAllBe(tensor => tensor.Type == ElementType.Float16);
        tensors.Sum(tensor => tensor.Bytes / 2).ShouldBeInRange(1_000_000, 3_000_000);
    }

    private static string Place(string name) => Path.Combine(Folder, SampleMaker.Models, name);

    // how gzip packs is the runtime's business
    private static byte[] Content(string file)
    {
        using var stream = File.OpenRead(file);
        using var content = new MemoryStream();
        using Stream read = file.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(stream, CompressionMode.Decompress) : stream;
        read.CopyTo(content);
        return content.ToArray();
    }
}

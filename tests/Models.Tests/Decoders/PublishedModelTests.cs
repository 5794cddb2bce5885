using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Harness.Models.Checkpoints;

namespace Harness.Models.Tests.Decoders;

/// <summary>
/// The published sizes of every family from their config.json alone: each parameter's name and shape, and how many there are in all. PublishedModels.jsonl holds the files
/// as they were published, but for auto_map, versions and the like, and with made-up lists of rotary factors; and the published number of parameters where it is known.
/// </summary>
public sealed class PublishedModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Names => [.. Published().Select(model => model.GetProperty("name").GetString()!)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void Have_the_published_number_of_parameters(string name)
    {
        var model = Published().Single(model => model.GetProperty("name").GetString() == name);
        var count = Count(Read(model));
        if (model.TryGetProperty("parameters", out var published))
        {
            count.ShouldBe(published.GetInt64());
        }
        else
        {
            count.ShouldBePositive();
        }
    }

    [Fact]
    public void Have_these_parameters()
    {
        var text = new StringBuilder();
        foreach (var model in Published())
        {
            var config = Read(model);
            text.Append($"{(text.Length > 0 ? "\n" : "")}# {model.GetProperty("name").GetString()}: {Count(config)}{(config.TieWordEmbeddings ? ", the head is the embedding" : "")}\n");
            foreach (var line in ParameterPatterns.Of(config.Layout.Parameters()))
            {
                text.Append($"{line}\n");
            }
        }

        Snapshot.Match(text.ToString(), "txt");
    }

    [Fact]
    public void Are_read_without_weights_and_at_once()
    {
        // a few milliseconds each; the limit is for machines that have much else to do
        var watch = Stopwatch.StartNew();
        Published().Sum(model => Count(Read(model))).ShouldBeGreaterThan(2_000_000_000_000);
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
    }

    private static JsonElement[] Published() =>
        [.. File.ReadLines(Repository.Path("tests", "Models.Tests", "Decoders", "PublishedModels.jsonl")).Select(line => JsonElement.Parse(line))];

    private static long Count(ModelConfig config) => config.Layout.Parameters()
        .Where(parameter => !(config.TieWordEmbeddings && parameter.Name == $"{config.Layout.Head.Name}.weight"))
        .Sum(parameter => parameter.Shape.Aggregate(1L, (product, size) => product * size));

    private ModelConfig Read(JsonElement model) => ModelConfig.Read(_folder.Write("config.json", model.GetProperty("config").GetRawText()));
}

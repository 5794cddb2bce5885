using System.Text.Json;
using Harness.Data.Corpora;
using Harness.Data.Hub;
using Harness.Data.Sampling;
using Harness.Models.Checkpoints;
using Harness.Models.Tokenizers;

namespace Harness.Models.Tests.Sampling;

/// <summary>The samples and evaluation texts that the original loader gives for real tokenizers and real corpora.</summary>
public sealed class ReferenceSamplingTests
{
    public static IEnumerable<TheoryDataRow<string>> Keys() => ReferencePack.Root is null
        ? [new TheoryDataRow<string>("tinystories-656k.c4.seed0.seq128")]
        : Cases().Select(recorded => new TheoryDataRow<string>(recorded.GetProperty("key").GetString()!));

    [Theory]
    [MemberData(nameof(Keys))]
    public void Draws_the_same_samples(string key)
    {
        var expected = Cases().Single(recorded => recorded.GetProperty("key").GetString() == key);
        var root = new DataRoot(ReferencePack.Path("data"));
        // the pack's wikitext2 has no train split: its recorded samples are of the validation split
        Corpus corpus = expected.GetProperty("dataset").GetString() == "c4" ? C4.Train(root) : Wikitext.Joined(root, "validation", " ");
        var tokenizer = Tokenizer.Load(ReferencePack.Path("models", expected.GetProperty("tokenizer").GetString()!));
        var request = new CalibrationRequest(
            expected.GetProperty("nsamples").GetInt32(), expected.GetProperty("seqlen").GetInt32(), expected.GetProperty("seed").GetInt32());

        var set = new CalibrationSampler().Draw(corpus, tokenizer, request);

        set.Draws.ShouldBe(expected.GetProperty("draws").EnumerateArray().Select(draw => Expected(draw, request.Length)));
        set.Hash.ShouldBe(expected.GetProperty("sha256_int32").GetString());
        var stored = SafetensorsFile.Open(ReferencePack.Path("pruning", "sampling", "calibration_ids.safetensors"));
        set.Ids.Select(id => (long)id).ShouldBe(stored.ReadInt64s(key));
    }

    [Theory]
    [InlineData("tinystories-656k", 256)]
    [InlineData("smollm2-135m-instruct", 1024)]
    public void Encodes_the_head_of_the_validation_shard_of_c4(string model, int length)
    {
        var recorded = JsonElement.Parse(File.ReadAllBytes(ReferencePack.Path("pruning", "ppl", "c4.json")));
        var expected = recorded.GetProperty("models").GetProperty(model);
        var corpus = C4.Validation(new DataRoot(ReferencePack.Path("data")));

        var text = EvaluationText.Encode(corpus, Tokenizer.Load(ReferencePack.Path("models", model)), length);

        ContentKey.OfText(corpus.Text()).ShouldBe(recorded.GetProperty("text_sha256").GetString());
        text.Ids.Length.ShouldBe(expected.GetProperty("ids").GetInt32());
        text.Windows.ShouldBe(256);
        text.Hash.ShouldBe(expected.GetProperty("sha256_int32").GetString());
    }

    private static Draw Expected(JsonElement draw, int length)
    {
        var start = draw.GetProperty("start").GetInt32();
        return draw.TryGetProperty("doc", out var document)
            ? new Draw(document.GetInt32(), draw.GetProperty("doc_tokens").GetInt32(), start, draw.GetProperty("rejected_before").GetArrayLength())
            : new Draw(null, draw.GetProperty("start_max").GetInt32() + length + 1, start, 0);
    }

    private static IEnumerable<JsonElement> Cases() =>
        JsonElement.Parse(File.ReadAllBytes(ReferencePack.Path("pruning", "sampling", "cases.json"))).GetProperty("cases").EnumerateArray();
}

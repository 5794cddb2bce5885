using System.Text.Json;
using Harness.Models;
using Harness.Models.Checkpoints;

namespace Harness.ZeroShot.Tests;

/// <summary>Window losses and perplexities of the original code.</summary>
public sealed class PerplexityTests
{
    /// <summary>Enough to see every effect of position and text; the whole tables are the grids' business.</summary>
    private const int MostTokens = 8192;

    public static TheoryData<string, int> Cases()
    {
        var cases = new TheoryData<string, int>();
        foreach (var file in ReferencePack.Root is null ? [] : (string[])["small.json", "smollm2.json"])
        {
            for (var index = 0; index < Index(file).GetArrayLength(); index++)
            {
                if (!Index(file)[index].GetProperty("model").GetString()!.StartsWith("babyllama", StringComparison.Ordinal))
                {
                    cases.Add(file, index);
                }
            }
        }

        return cases;
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void Window_losses_equal_the_reference(string file, int index)
    {
        using var scope = NewDisposeScope();
        var expected = Index(file)[index];
        var (name, length) = (expected.GetProperty("model").GetString()!, expected.GetProperty("seqlen").GetInt32());
        var losses = expected.GetProperty("window_ce").EnumerateArray().Select(loss => loss.GetDouble()).ToArray();
        using var blob = SafetensorsFile.Open(ReferencePack.Path("pruning", "eval_ids", "eval_ids.safetensors"));
        var ids = blob.Load($"{name}.{expected.GetProperty("text").GetString()}").to(int32).data<int>().ToArray();
        var windows = Math.Min(losses.Length, Math.Max(1, Math.Min(MostTokens, ids.Length) / length));

        using var model = CausalLM.Open(ReferencePack.Model(name));
        var result = Score(model, ids[..(windows * length)], length);

        result.WindowLosses.Zip(losses).ShouldAllBe(pair => Math.Abs(pair.First - pair.Second) < 1e-4 * pair.Second);
        if (windows == losses.Length)
        {
            result.Value.ShouldBe(expected.GetProperty("ppl").GetDouble(), 1e-4 * result.Value);
        }
    }

    [Fact]
    public void Standard_error_is_that_of_the_mean_loss_times_the_perplexity()
    {
        var result = new PerplexityResult([1.0, 3.0], 8);

        result.Value.ShouldBe(Math.Exp(2.0), 1e-12);
        result.StandardError.ShouldBe(Math.Exp(2.0), 1e-12);
    }

    private static PerplexityResult Score(CausalLM model, int[] ids, int length)
    {
        using var perplexity = new Perplexity(model, ids, length);
        foreach (var block in model.Blocks())
        {
            perplexity.Advance(block);
        }

        using var head = model.Head();
        return perplexity.Finish(head);
    }

    private static JsonElement Index(string file) =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(ReferencePack.Root!, "pruning", "ppl", file))).RootElement.GetProperty("cases");
}

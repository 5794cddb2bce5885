using System.Text;
using System.Text.Json;
using Harness.Data.Sampling;
using Harness.ZeroShot.Documents;
using Harness.ZeroShot.Requests;
using Harness.ZeroShot.Tasks;

namespace Harness.ZeroShot.Tests;

/// <summary>The requests of whole tasks and what becomes of made-up likelihoods, as lm-evaluation-harness tests itself.</summary>
public sealed class ReferenceRequestTests
{
    public static TheoryData<string> Tasks => [.. ChoiceTasks.Known];

    [Theory]
    [MemberData(nameof(Tasks))]
    public void Every_request_is_the_harnesss(string name)
    {
        var (expected, documents) = (Expected(name), DocumentSet.Choose(Scored.All(name), ZeroShotProtocol.LmEvalV0, limit: null));

        documents.Count.ShouldBe(expected.GetProperty("docs").GetInt32());
        documents.Sum(document => document.Choices.Count).ShouldBe(expected.GetProperty("requests").GetInt32());
        ContentKey.OfText(Dumped(documents)).ShouldBe(expected.GetProperty("requests_sha256").GetString());
    }

    [Theory]
    [MemberData(nameof(Tasks))]
    public void Metrics_of_made_up_likelihoods_are_the_harnesss(string name)
    {
        var (task, random) = (ChoiceTasks.Named(name), new PythonRandom(42));
        var documents = DocumentSet.Choose(Scored.All(name), ZeroShotProtocol.LmEvalV0, limit: null);
        var scores = documents.Select(document => document.Choices.Select(_ => new RequestScore(-random.Double(), false)).ToArray()).ToArray();
        var requests = documents.Select(document => document.Choices.Select(_ => new Request([0], [0], 1, false)).ToArray()).ToArray();

        var score = ChoiceScore.Of(task, documents, requests, scores);

        var metrics = Expected(name).GetProperty("pseudo_random_metrics");
        score.Accuracy.Value.ShouldBe(metrics.GetProperty("acc").GetDouble(), 1e-12);
        score.Accuracy.Error.ShouldBe(metrics.GetProperty("acc_stderr").GetDouble(), 1e-12);
        score.Norm?.Value.ShouldBe(metrics.GetProperty("acc_norm").GetDouble(), 1e-12);
        score.Norm?.Error.ShouldBe(metrics.GetProperty("acc_norm_stderr").GetDouble(), 1e-12);
        (score.Norm is null).ShouldBe(!metrics.TryGetProperty("acc_norm", out _));
    }

    private static JsonElement Expected(string task) =>
        JsonDocument.Parse(File.ReadAllText(ReferencePack.Path("zeroshot", "harness-requests.json"))).RootElement.GetProperty(task);

    /// <summary>Python's <c>json.dumps</c> of the list of [context, continuation].</summary>
    private static string Dumped(IEnumerable<Document> documents) =>
        $"[{string.Join(", ", documents.SelectMany(document => document.Choices).Select(choice => $"[{Dumped(choice.Context)}, {Dumped(choice.Continuation)}]"))}]";

    private static string Dumped(string text)
    {
        var json = new StringBuilder("\"");
        foreach (var letter in text)
        {
            json.Append(letter switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\b' => "\\b",
                '\f' => "\\f",
                < ' ' or > '~' => $"\\u{(int)letter:x4}",
                _ => letter.ToString(),
            });
        }

        return json.Append('"').ToString();
    }
}

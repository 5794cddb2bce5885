using System.Text.Json;
using Harness.Models;
using Harness.ZeroShot.Documents;
using Harness.ZeroShot.Requests;
using Harness.ZeroShot.Tasks;

namespace Harness.ZeroShot.Tests;

/// <summary>Token ids, log-likelihoods, predictions and metrics of lm-evaluation-harness, document by document.</summary>
public sealed class ReferenceScoreTests
{
    private const double Tolerance = 1e-3;
    private const string Small = "tinystories-656k";
    private const string Real = "smollm2-135m-instruct";

    public static TheoryData<string> Tasks => [.. ChoiceTasks.Known];

    [Theory]
    [MemberData(nameof(Tasks))]
    public void Documents_score_as_in_the_harness(string task) => Compare(Small, task, $"{task}.jsonl");

    [Theory]
    [MemberData(nameof(Tasks))]
    public void Documents_of_a_real_model_score_as_in_the_harness(string task) => Compare(Real, task, $"{task}.jsonl", documents: 4);

    [Theory]
    [InlineData("boolq")]
    [InlineData("rte")]
    [InlineData("hellaswag")]
    public void Contexts_longer_than_the_window_lose_their_beginning(string task) => Compare(Real, task, $"{task}.maxlen48.jsonl", window: 48, documents: 10);

    [Theory]
    [InlineData("rte")]
    [InlineData("hellaswag")]
    [InlineData("winogrande")]
    [InlineData("arc_challenge")]
    [InlineData("openbookqa")]
    [InlineData("piqa")]
    public void Metrics_of_whole_sets_are_the_harnesss(string task)
    {
        using var model = CausalLM.Open(ReferencePack.Model(Small));
        var documents = DocumentSet.Choose(Scored.All(task), ZeroShotProtocol.LmEvalV0, limit: null);
        var requests = Scored.Encoded(model, ZeroShotProtocol.LmEvalV0, null, documents);
        var score = ChoiceScore.Of(ChoiceTasks.Named(task), documents, requests, Scored.Walk(model, requests));

        var expected = JsonDocument.Parse(File.ReadAllText(ReferencePack.Path("zeroshot", Small, "summary.full.json"))).RootElement.GetProperty("tasks").GetProperty(task);
        var oneOrTwo = 2.0 / documents.Count; // documents may be decided by rounding
        score.Accuracy.Value.ShouldBe(expected.GetProperty("acc").GetDouble(), oneOrTwo);
        score.Norm?.Value.ShouldBe(expected.GetProperty("acc_norm").GetDouble(), oneOrTwo);
        score.Empty.ShouldBe(expected.GetProperty("assert_requests").GetInt32());
        score.Truncated.ShouldBe(expected.GetProperty("truncated_requests").GetInt32());
    }

    [Theory]
    [InlineData(Small)]
    [InlineData(Real)]
    public void Single_requests_score_as_in_the_harness(string name)
    {
        using var model = CausalLM.Open(ReferencePack.Model(name));
        var encoder = new RequestEncoder(Models.Tokenizers.Tokenizer.Load(model.Folder.Path), ZeroShotProtocol.LmEvalV0, 256);
        var (cases, requests) = (new List<JsonElement>(), new List<IReadOnlyList<Request>>());
        foreach (var line in Scored.Lines(name, "loglikelihood-cases.maxlen256.jsonl"))
        {
            var choice = new Choice(line.GetProperty("context").GetString()!, line.GetProperty("continuation").GetString()!);
            if (!line.TryGetProperty("harness_assert", out var assertion))
            {
                cases.Add(line);
                requests.Add([encoder.Encode("case", choice)]);
            }
            else if (assertion.GetString() == "empty continuation")
            {
                encoder.Encode("case", choice).Continuation.ShouldBeEmpty();
            }
            else
            {
                Should.Throw<InputException>(() => encoder.Encode("case", choice)).Message.ShouldStartWith("case: ");
            }
        }

        foreach (var (line, request, score) in cases.Zip(requests, Scored.Walk(model, requests)))
        {
            Compare(line, request[0], score[0]);
        }
    }

    [Fact]
    public void Few_shot_examples_are_those_of_the_harness()
    {
        using var model = CausalLM.Open(ReferencePack.Model(Real));
        foreach (var lines in Scored.Lines(Real, "fewshot5.jsonl").GroupBy(line => line.GetProperty("task").GetString()!))
        {
            var documents = DocumentSet.Choose(Scored.All(lines.Key), ZeroShotProtocol.LmEvalV0, 2, shots: 5, Scored.All(lines.Key, "validation"));
            Compare(model, ChoiceTasks.Named(lines.Key), documents, [.. lines.Take(2)], null);
        }
    }

    [Theory]
    [MemberData(nameof(Tasks))]
    public void The_present_harness_begins_with_bos(string task)
    {
        using var model = CausalLM.Open(ReferencePack.Model(Small));
        var lines = Scored.Lines(Small, "lmeval-0.4.13", $"{task}.jsonl").ToDictionary(line => line.GetProperty("row").GetInt32());
        var documents = DocumentSet.Choose(Scored.All(task), ZeroShotProtocol.LmEval04, null).Where(document => lines.ContainsKey(document.Row)).ToList();
        var requests = Scored.Encoded(model, ZeroShotProtocol.LmEval04, null, documents);
        var scores = Scored.Walk(model, requests);
        var decided = ChoiceScore.Of(ChoiceTasks.Named(task), documents, requests, scores);

        documents.Count.ShouldBe(lines.Count);
        foreach (var (document, score) in documents.Zip(decided.Documents))
        {
            var line = lines[document.Row];
            foreach (var ((choice, own), theirs) in document.Choices.Zip(score.Requests).Zip(line.GetProperty("requests").EnumerateArray()))
            {
                choice.Context.ShouldBe(theirs.GetProperty("context").GetString());
                own.LogLikelihood.ShouldBe(theirs.GetProperty("ll").GetDouble(), Tolerance);
                own.IsGreedy.ShouldBe(theirs.GetProperty("greedy").GetBoolean());
            }

            score.Gold.ShouldBe(line.GetProperty("gold").GetInt32());
            (score.Pred == score.Gold ? 1.0 : 0.0).ShouldBe(line.GetProperty("acc").GetDouble());
        }
    }

    private static void Compare(string name, string task, string file, int? window = null, int? documents = null)
    {
        using var model = CausalLM.Open(ReferencePack.Model(name));
        var lines = Scored.Lines(name, file);
        var count = Math.Min(documents ?? lines.Count, lines.Count);
        Compare(model, ChoiceTasks.Named(task), DocumentSet.Choose(Scored.All(task), ZeroShotProtocol.LmEvalV0, count), lines[..count], window);
    }

    private static void Compare(CausalLM model, ChoiceTask task, IReadOnlyList<Document> documents, IReadOnlyList<JsonElement> lines, int? window)
    {
        var requests = Scored.Encoded(model, ZeroShotProtocol.LmEvalV0, window, documents);
        var score = ChoiceScore.Of(task, documents, requests, Scored.Walk(model, requests));
        foreach (var (document, request, line) in score.Documents.Zip(requests, lines))
        {
            document.Row.ShouldBe(line.GetProperty("row").GetInt32());
            document.Gold.ShouldBe(line.GetProperty("gold").GetInt32());
            var theirs = line.GetProperty("requests").EnumerateArray().ToArray();
            foreach (var (expected, i) in theirs.Select((expected, i) => (expected, i)))
            {
                documents.First(other => other.Row == document.Row).Choices[i].ShouldBe(new Choice(expected.GetProperty("context").GetString()!, expected.GetProperty("continuation").GetString()!));
                Compare(expected, request[i], document.Requests[i]);
            }

            if (Margin(theirs, _ => 1) > 2 * Tolerance)
            {
                document.Pred.ShouldBe(line.GetProperty("pred").GetInt32());
            }

            if (line.TryGetProperty("pred_norm", out var norm) && line.TryGetProperty("choice_chars", out var characters)
                && Margin(theirs, i => characters[i].GetInt32()) > 1e-4)
            {
                document.PredNorm.ShouldBe(norm.GetInt32());
            }
        }
    }

    private static void Compare(JsonElement expected, Request request, RequestScore score)
    {
        request.ContextTokens.ShouldBe(expected.GetProperty("ctx_len").GetInt32());
        request.Continuation.ShouldBe(expected.GetProperty("cont_ids").EnumerateArray().Select(id => id.GetInt32()));
        if (expected.GetProperty("input_len").ValueKind == JsonValueKind.Number)
        {
            request.Input.Length.ShouldBe(expected.GetProperty("input_len").GetInt32());
        }

        score.LogLikelihood.ShouldBe(expected.GetProperty("ll64").GetDouble(), Tolerance);
        score.IsGreedy.ShouldBe(expected.GetProperty("greedy").GetBoolean());
    }

    /// <summary>How far the best two scores lie apart.</summary>
    private static double Margin(JsonElement[] requests, Func<int, int> divisor)
    {
        var best = requests.Select((request, i) => request.GetProperty("ll64").GetDouble() / divisor(i)).OrderDescending().Take(2).ToArray();
        return best[0] - best[1];
    }
}

using Harness.Models;
using Harness.Models.Decoders;
using Harness.ZeroShot.Requests;

namespace Harness.ZeroShot;

/// <summary>
/// How likely a model holds the continuations of a task's requests: Σ log softmax over their tokens, each in float32 or better, summed in float64. Contexts that choices
/// share go through the model once, and only the outputs that are held against a token go through the head.
/// </summary>
public sealed class LogLikelihood : Evaluation
{
    private readonly CausalLM _model;
    private readonly PackedRequests _packed;

    public LogLikelihood(CausalLM model, PackedRequests requests)
    {
        foreach (var request in requests.Requests.SelectMany(document => document))
        {
            model.CheckIds(request.Continuation); // of which the last is no input
        }

        (_model, _packed) = (model, requests);
    }

    /// <summary>Raised by hand whenever a change can move the numbers.</summary>
    public static int Version => 1;

    public override long Tokens => _packed.Tokens;

    public override long HeadTokens => Targets().Select(target => target.Place).Distinct().LongCount();

    /// <summary>The scores of every request, by document.</summary>
    public override LogLikelihoodResult Finish(OutputHead head, IProgress<long>? progress = null)
    {
        using var _ = no_grad();
        var scores = _packed.Requests.Select(document => document.Select(_ => new RequestScore(0, true)).ToArray()).ToArray();
        foreach (var targets in Targets().OrderBy(target => target.Place).GroupBy(target => target.Place).Chunk(Perplexity.TokensOfLogits))
        {
            Add(head, targets, scores);
            progress?.Report(targets.Length);
        }

        return new LogLikelihoodResult(scores);
    }

    protected override IReadOnlyList<long>? Reads(DecoderBlock block) =>
        block.Index == _model.Config.Layers - 1 ? [.. Targets().Select(target => (long)target.Place).Distinct().Order()] : null;

    protected override HiddenStates Embed() => HiddenStates.Embed(_model, _packed.Ids, _packed.Layout);

    protected override HiddenStates Load(string path) => HiddenStates.Load(path, _model, _packed.Layout);

    /// <summary>Every token of every continuation with the place of the output that foretells it.</summary>
    private IEnumerable<Target> Targets()
    {
        for (var document = 0; document < _packed.Requests.Count; document++)
        {
            for (var request = 0; request < _packed.Requests[document].Count; request++)
            {
                var tokens = _packed.Requests[document][request].Continuation;
                for (var i = 0; i < tokens.Length; i++)
                {
                    yield return new Target(_packed.Reads(document, request)[i], tokens[i], document, request);
                }
            }
        }
    }

    /// <summary>Adds what a few places of the row say about their tokens.</summary>
    private void Add(OutputHead head, IGrouping<int, Target>[] places, RequestScore[][] scores)
    {
        using var scope = NewDisposeScope();
        var logits = head.Logits(States.Rows(Array.ConvertAll(places, place => (long)place.Key))); // [places, vocabulary]
        var greedy = logits.argmax(-1).cpu().data<long>().ToArray();
        var firsts = tensor(Array.ConvertAll(places, place => (long)place.First().Token)).to(_model.Device);
        var losses = Fused.TokenNll(logits, firsts).cpu().data<double>().ToArray();
        var targets = places.SelectMany((place, row) => place.Select(target => (row, target))).ToArray();
        var chosen = logits.flatten().index_select(0, tensor(Array.ConvertAll(targets, pair => pair.row * logits.shape[1] + pair.target.Token)).to(_model.Device))
            .to(float64).cpu().data<double>().ToArray();
        var normalizer = 0.0;
        for (var i = 0; i < targets.Length; i++)
        {
            var (row, target) = targets[i];
            normalizer = i > 0 && targets[i - 1].row == row ? normalizer : losses[row] + chosen[i];
            var logProbability = chosen[i] - normalizer;
            if (!double.IsFinite(logProbability))
            {
                throw new InputException($"The log-likelihood of a choice is {logProbability}: the model's activations overflow. Use --dtype float32 or bfloat16.");
            }

            var score = scores[target.Document][target.Request];
            scores[target.Document][target.Request] = new RequestScore(score.LogLikelihood + logProbability, score.IsGreedy && greedy[row] == target.Token);
        }
    }

    private readonly record struct Target(int Place, int Token, int Document, int Request);
}

/// <summary>The scores of every request, by document.</summary>
public sealed record LogLikelihoodResult(IReadOnlyList<IReadOnlyList<RequestScore>> Scores) : EvaluationResult;

/// <summary>What a model says of one continuation.</summary>
/// <param name="LogLikelihood">In nats, ≤ 0; 0 of an empty continuation.</param>
/// <param name="IsGreedy">Whether each of its tokens is the likeliest at its place.</param>
public readonly record struct RequestScore(double LogLikelihood, bool IsGreedy);

using Harness.Models;
using Harness.ZeroShot.Requests;

namespace Harness.ZeroShot.Tests;

/// <summary>Packed scoring beside the plain way: one request at a time, the whole of its logits.</summary>
public sealed class LogLikelihoodTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CausalLM _model;

    public LogLikelihoodTests() => _model = CausalLM.Open(new TinyLlama { Vocabulary = 40 }.Write(_folder["model"]));

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Equals_the_plain_way()
    {
        var random = new Random(0);
        var requests = Enumerable.Range(0, 30).Select(_ => Document(random)).ToList();

        foreach (var (request, score) in requests.Zip(Scored.Walk(_model, requests)).SelectMany(pair => pair.First.Zip(pair.Second)))
        {
            var (likelihood, isGreedy) = Plain(request);
            score.LogLikelihood.ShouldBe(likelihood, 1e-4);
            score.IsGreedy.ShouldBe(isGreedy);
        }
    }

    [Fact]
    public void Equal_choices_tie()
    {
        var document = Document(new Random(1));

        var scores = Scored.Walk(_model, [Document(new Random(2)), [document[0], document[1], document[0]]])[1];

        scores[2].ShouldBe(scores[0]);
    }

    [Fact]
    public void Goes_on_from_where_it_was_saved()
    {
        IReadOnlyList<IReadOnlyList<Request>> requests = [Document(new Random(3)), Document(new Random(4))];
        var packed = new PackedRequests(requests);
        using var evaluation = new LogLikelihood(_model, packed);
        foreach (var block in _model.Blocks())
        {
            if (block.Index == 1)
            {
                evaluation.Save(_folder["states"]);
            }

            evaluation.Advance(block);
        }

        using var resumed = new LogLikelihood(_model, packed);
        resumed.Resume(_folder["states"]);
        foreach (var block in _model.Blocks(1))
        {
            resumed.Advance(block);
        }

        using var head = _model.Head();
        resumed.Finish(head).Scores.ShouldBe(evaluation.Finish(head).Scores);
    }

    [Fact]
    public void Refuses_ids_that_the_model_does_not_know() =>
        Should.Throw<InputException>(() => new LogLikelihood(_model, new PackedRequests([[new Request([1], [40], 1, false)]])))
            .Message.ShouldBe($"Token id 40 lies outside the vocabulary of 40 ({_model.Folder.ConfigPath}). Are tokenizer and weights from the same checkpoint?");

    private static IReadOnlyList<Request> Document(Random random)
    {
        int[] Ids(int most) => [.. Enumerable.Range(0, random.Next(1, most)).Select(_ => random.Next(40))];
        var context = Ids(20);
        return [.. Enumerable.Range(0, random.Next(2, 5)).Select(_ => Ids(4)).Select(continuation =>
        {
            int[] whole = [.. context, .. continuation];
            return new Request(whole[..^1], continuation, context.Length, false);
        })];
    }

    private (double LogLikelihood, bool IsGreedy) Plain(Request request)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var hidden = _model.Embed(tensor(Array.ConvertAll(request.Input, id => (long)id)).unsqueeze(0));
        foreach (var block in _model.Blocks())
        {
            hidden = block.Forward(hidden);
        }

        using var head = _model.Head();
        var logits = head.Logits(hidden.squeeze(0)).to(float64);
        var logProbabilities = logits.sub(logits.logsumexp(-1, keepdim: true)).data<double>().ToArray().Chunk(40).ToArray()[^request.Continuation.Length..];
        return (request.Continuation.Select((token, i) => logProbabilities[i][token]).Sum(), request.Continuation.Select((token, i) => logProbabilities[i].Max() == logProbabilities[i][token]).All(isMost => isMost));
    }
}

using System.Diagnostics;
using Harness.Models;
using Harness.Models.Decoders;
using Harness.Models.Tokenizers;
using Harness.ZeroShot;
using Harness.ZeroShot.Documents;
using Harness.ZeroShot.Requests;
using Harness.ZeroShot.Tasks;

namespace Harness.Bench;

/// <summary>Documents of the papers' seven tasks per second, packed, beside the plain way: one request at a time, the context again for every choice, logits of every token.</summary>
internal static class ZeroShotScoring
{
    private const int Documents = 16;
    private const double TargetRatio = 5;

    public static Section Measure(Place place)
    {
        var section = new Section(
            "zeroshot",
            $"Zero-shot, the first {Documents} documents of each task (target: {TargetRatio} × the plain way over all)",
            "task", "requests", "tokens plain", "tokens packed", "plain documents/s", "packed documents/s", "packed / plain", "max |Δ ll|");
        using var model = place.OpenModel(section);
        if (model is null || !place.HasData(section))
        {
            return section;
        }

        var encoder = new RequestEncoder(Tokenizer.Load(place.Model!), ZeroShotProtocol.LmEvalV0, model.Config.MaxPositions);
        using var resident = new Resident(model);
        var all = new List<Measured>();
        foreach (var task in ChoiceTasks.Seven.Select(ChoiceTasks.Named))
        {
            var documents = DocumentSet.Choose(TaskFiles.Find(task, task.Split, place.Data!).Read(), ZeroShotProtocol.LmEvalV0, Documents);
            all.Add(Measure(resident, task.Name, [.. documents.Select(document => encoder.Encode(task.Name, document))]));
            section.Add(all[^1].Row(isJudged: false));
        }

        section.Add(Measured.Together(all).Row(isJudged: true));
        section.Notes.Add("Both ways hold the weights in memory, in float32.");
        return section;
    }

    private static Measured Measure(Resident model, string name, IReadOnlyList<IReadOnlyList<Request>> requests)
    {
        model.Plain(requests[0][0]); // warms up
        var start = Stopwatch.GetTimestamp();
        var plain = requests.Select(document => document.Select(model.Plain).ToArray()).ToArray();
        var plainSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        start = Stopwatch.GetTimestamp();
        var packing = new PackedRequests(requests);
        var packed = model.Packed(packing);
        var packedSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var difference = plain.Zip(packed).Max(pair => pair.First.Zip(pair.Second).Max(scores => Math.Abs(scores.First - scores.Second.LogLikelihood)));
        return new Measured(
            name, requests.Count, requests.Sum(document => document.Count), requests.Sum(document => document.Sum(request => request.Input.Length)), packing.Tokens, plainSeconds, packedSeconds, difference);
    }

    private sealed record Measured(string Name, int Documents, int Requests, int PlainTokens, int PackedTokens, double PlainSeconds, double PackedSeconds, double Difference)
    {
        public static Measured Together(IReadOnlyList<Measured> all) => new(
            "all", all.Sum(task => task.Documents), all.Sum(task => task.Requests), all.Sum(task => task.PlainTokens), all.Sum(task => task.PackedTokens),
            all.Sum(task => task.PlainSeconds), all.Sum(task => task.PackedSeconds), all.Max(task => task.Difference));

        public Figure[] Row(bool isJudged) =>
        [
            Name,
            Figure.Of(Requests, "0"),
            Figure.Of(PlainTokens, "0"),
            Figure.Of(PackedTokens, "0"),
            Figure.Of(Documents / PlainSeconds, "0.00"),
            Figure.Of(Documents / PackedSeconds, "0.00"),
            isJudged ? Figure.AtLeast(PlainSeconds / PackedSeconds, "0.00", TargetRatio) : Figure.Of(PlainSeconds / PackedSeconds, "0.00"),
            Figure.Of(Difference, "0.0e0"),
        ];
    }

    /// <summary>The whole model in memory.</summary>
    private sealed class Resident : IDisposable
    {
        private readonly CausalLM _model;
        private readonly List<IEnumerator<DecoderBlock>> _blocks;
        private readonly OutputHead _head;

        public Resident(CausalLM model)
        {
            // a block stays as long as nobody asks its loop for the next one
            _blocks = [.. Enumerable.Range(0, model.Config.Layers).Select(index => model.Blocks(index).GetEnumerator())];
            _blocks.ForEach(block => block.MoveNext());
            (_model, _head) = (model, model.Head());
        }

        private IEnumerable<DecoderBlock> Blocks => _blocks.Select(block => block.Current);

        public double Plain(Request request)
        {
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            var hidden = _model.Embed(tensor(Array.ConvertAll(request.Input, id => (long)id)).unsqueeze(0));
            foreach (var block in Blocks)
            {
                hidden = block.Forward(hidden);
            }

            var logProbabilities = _head.Logits(hidden.squeeze(0)).log_softmax(-1);
            var continuation = logProbabilities.narrow(0, request.Input.Length - request.Continuation.Length, request.Continuation.Length);
            return continuation.gather(1, tensor(Array.ConvertAll(request.Continuation, id => (long)id)).unsqueeze(1)).to(ScalarType.Float64).sum().item<double>();
        }

        public IReadOnlyList<IReadOnlyList<RequestScore>> Packed(PackedRequests requests)
        {
            using var evaluation = new LogLikelihood(_model, requests);
            foreach (var block in Blocks)
            {
                evaluation.Advance(block);
            }

            return evaluation.Finish(_head).Scores;
        }

        public void Dispose()
        {
            _blocks.ForEach(block => block.Dispose());
            _head.Dispose();
        }
    }
}

using System.Globalization;
using Harness.Data;
using Harness.Models;
using Harness.Models.Tokenizers;
using Harness.Results;
using Harness.ZeroShot;
using Harness.ZeroShot.Documents;
using Harness.ZeroShot.Requests;

namespace Harness.Cli.Evaluations;

/// <summary>A task of documents with choices.</summary>
/// <param name="files">Its documents.</param>
/// <param name="window">The most tokens that a model reads of a request.</param>
/// <param name="limit">At most so many documents; null for all.</param>
/// <param name="examples">Few-shot examples, or none.</param>
public sealed class ChoiceMaterial(
    TaskFiles files, ZeroShotProtocol protocol, int window, int? limit, Lazy<Tokenizer> tokenizer, FewShotExamples? examples = null) : EvaluationMaterial
{
    private readonly Lazy<(IReadOnlyList<Document> Documents, PackedRequests Requests)> _chosen = new(() =>
    {
        var documents = DocumentSet.Choose(files.Read(), protocol, limit, examples?.Shots ?? 0, examples?.Files.Read());
        var encoder = new RequestEncoder(tokenizer.Value, protocol, window);
        return (documents, new PackedRequests([.. documents.Select(document => encoder.Encode(files.Place(document), document))]));
    });

    public override string Task => files.Task.Name;

    public override string Name => $"{Task}@{Manner}";

    public override IEnumerable<(string Name, int Version)> Versions => [("loglikelihood", LogLikelihood.Version), (Task, files.Task.Version)];

    public override string Inputs(FileHashes hashes) => string.Create(
        CultureInfo.InvariantCulture,
        $"{files.ContentHash(hashes)} {files.Split}, {(limit is null ? "all documents" : $"first {limit} documents")}, window {window}{examples?.Inputs(hashes)}");

    public override Evaluation Start(CausalLM model) => new LogLikelihood(model, _chosen.Value.Requests);

    internal override TokenCount Size(CausalLM model)
    {
        using var evaluation = new LogLikelihood(model, _chosen.Value.Requests);
        var documents = _chosen.Value.Requests.Layout.Documents;
        return new TokenCount(documents.Count, evaluation.Tokens, documents.Max(document => document.Tokens), evaluation.HeadTokens);
    }

    /// <summary>Document by document.</summary>
    internal IEnumerable<DocumentRecord> Records(EvaluationResult result) => Decide(result).Documents.Select(document => new DocumentRecord(
        Task, Manner, document.Row, document.Gold, document.Pred, [.. document.Requests.Select(request => new RequestRecord(request.LogLikelihood, request.IsGreedy))], document.PredNorm));

    private string Manner => examples is null ? protocol.Name : string.Create(CultureInfo.InvariantCulture, $"{protocol.Name}@{examples.Shots}");

    private ChoiceScore Decide(EvaluationResult result) =>
        ChoiceScore.Of(files.Task, _chosen.Value.Documents, _chosen.Value.Requests.Requests, ((LogLikelihoodResult)result).Scores);

    public override IEnumerable<Score> Scores(EvaluationResult result, FileHashes hashes)
    {
        var decided = Decide(result);
        return decided.Norm is null ? [Of("acc", decided.Accuracy)] : [Of("acc", decided.Accuracy), Of("acc_norm", decided.Norm)];

        Score Of(string metric, Accuracy accuracy) => new(
            Task,
            $"{metric}@{Manner}",
            accuracy.Value,
            _chosen.Value.Requests.Tokens,
            files.ContentHash(hashes),
            ContentKey.OfIds([.. _chosen.Value.Requests.Requests.SelectMany(document => document).SelectMany(request => (int[])[.. request.Input, .. request.Continuation])]),
            double.IsFinite(accuracy.Error) ? accuracy.Error : null)
        {
            Documents = _chosen.Value.Documents.Count,
            Ties = accuracy.Ties,
            Truncated = decided.Truncated,
            Empty = decided.Empty,
        };
    }
}

/// <summary>Examples in front of every document.</summary>
/// <param name="Shots">How many.</param>
/// <param name="Files">Where they are drawn from.</param>
public sealed record FewShotExamples(int Shots, TaskFiles Files)
{
    internal string Inputs(FileHashes hashes) => string.Create(CultureInfo.InvariantCulture, $", {Shots} examples from {Files.ContentHash(hashes)}");
}

using Harness.ZeroShot.Documents;
using Harness.ZeroShot.Requests;
using Harness.ZeroShot.Tasks;

namespace Harness.ZeroShot;

/// <summary>A task's accuracy and what it is made of.</summary>
/// <param name="Documents">In the order in which they were chosen.</param>
/// <param name="Accuracy">The share of documents whose likeliest choice is right.</param>
/// <param name="Norm">The same by likelihood per character; null where the task does not define it.</param>
/// <param name="Truncated">Requests whose context lost tokens on the left.</param>
/// <param name="Empty">Requests whose continuation has no token of its own: they score 0.</param>
public sealed record ChoiceScore(IReadOnlyList<DocumentScore> Documents, Accuracy Accuracy, Accuracy? Norm, int Truncated, int Empty)
{
    /// <summary>Decides every document.</summary>
    public static ChoiceScore Of(ChoiceTask task, IReadOnlyList<Document> documents, IReadOnlyList<IReadOnlyList<Request>> requests, IReadOnlyList<IReadOnlyList<RequestScore>> scores)
    {
        var (plain, normed) = (new List<Verdict>(), new List<Verdict>());
        for (var i = 0; i < documents.Count; i++)
        {
            double[] likelihoods = [.. scores[i].Select(score => score.LogLikelihood)];
            plain.Add(Verdict.Of(task, documents[i], likelihoods));
            normed.Add(Verdict.Of(task, documents[i], [.. likelihoods.Zip(documents[i].Choices, (likelihood, choice) => likelihood / choice.Characters)]));
        }

        return new ChoiceScore(
            [.. documents.Select((document, i) => new DocumentScore(
                document.Row, task.Label(document.Answer), task.Label(plain[i].Pick), task.IsNormed ? task.Label(normed[i].Pick) : null, scores[i]))],
            Accuracy.Of(plain),
            task.IsNormed ? Accuracy.Of(normed) : null,
            requests.Sum(document => document.Count(request => request.IsTruncated)),
            requests.Sum(document => document.Count(request => request.Continuation.Length == 0)));
    }
}

/// <summary>What a model says of one document.</summary>
/// <param name="Row">In the data, counted from 0.</param>
/// <param name="Gold">The right answer, as the data call it.</param>
/// <param name="Pred">The likeliest choice.</param>
/// <param name="PredNorm">The likeliest per character; null where the task does not define it.</param>
/// <param name="Requests">In the order of the choices.</param>
public sealed record DocumentScore(int Row, int Gold, int Pred, int? PredNorm, IReadOnlyList<RequestScore> Requests);

/// <summary>A share of documents that are right.</summary>
/// <param name="Error">Its standard error: sample deviation / √documents; NaN for a single one.</param>
/// <param name="Ties">Documents whose best score belongs to several choices, so that the task's tie rule decided.</param>
public sealed record Accuracy(double Value, double Error, int Ties)
{
    internal static Accuracy Of(IReadOnlyList<Verdict> verdicts)
    {
        var mean = verdicts.Average(verdict => verdict.IsRight ? 1.0 : 0.0);
        var variance = verdicts.Sum(verdict => Math.Pow((verdict.IsRight ? 1 : 0) - mean, 2)) / (verdicts.Count - 1);
        return new Accuracy(mean, Math.Sqrt(variance / verdicts.Count), verdicts.Count(verdict => verdict.IsTie));
    }
}

/// <summary>One document, decided.</summary>
internal readonly record struct Verdict(int Pick, bool IsRight, bool IsTie)
{
    public static Verdict Of(ChoiceTask task, Document document, double[] scores)
    {
        var pick = task.Pick(scores);
        return new Verdict(pick, pick == document.Answer, scores.Count(score => score == scores[pick]) > 1);
    }
}

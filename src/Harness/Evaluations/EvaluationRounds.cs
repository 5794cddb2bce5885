namespace Harness.Cli.Evaluations;

/// <summary>Some pieces of one evaluation.</summary>
/// <param name="Evaluation">Its place in the list.</param>
internal sealed record EvaluationPart(int Evaluation, Range Pieces);

/// <summary>Which pieces ride along in one walk over the blocks: all in one, where their states fit in memory; else as many as fit, and the model is walked again.</summary>
internal static class EvaluationRounds
{
    /// <summary>The rounds.</summary>
    /// <param name="tokens">What one walk can carry; a longer piece goes alone.</param>
    public static IReadOnlyList<IReadOnlyList<EvaluationPart>> Of(IReadOnlyList<EvaluationMaterial> evaluations, long tokens)
    {
        var rounds = new List<List<EvaluationPart>> { new() };
        var carried = 0L;
        for (var index = 0; index < evaluations.Count; index++)
        {
            var first = 0;
            for (var piece = 0; piece < evaluations[index].Pieces; piece++)
            {
                var more = evaluations[index].TokensOf(piece);
                if (carried > 0 && carried + more > tokens)
                {
                    Take(index, first, piece);
                    rounds.Add([]);
                    (first, carried) = (piece, 0);
                }

                carried += more;
            }

            Take(index, first, evaluations[index].Pieces);
        }

        return rounds;

        void Take(int index, int first, int end)
        {
            if (end > first)
            {
                rounds[^1].Add(new EvaluationPart(index, first..end));
            }
        }
    }

    /// <summary>Every evaluation's result from those of the rounds, each in the order of its parts.</summary>
    public static IReadOnlyList<ZeroShot.EvaluationResult> Join(
        IReadOnlyList<EvaluationMaterial> evaluations, IEnumerable<(EvaluationPart Part, ZeroShot.EvaluationResult Result)> results)
    {
        var parts = results.ToLookup(result => result.Part.Evaluation, result => result.Result);
        return [.. evaluations.Select((evaluation, index) => parts[index].ToArray() is [var only] ? only : evaluation.Join([.. parts[index]]))];
    }
}

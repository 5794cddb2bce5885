using System.Numerics;

namespace Harness.Data.Sampling;

/// <summary>
/// llmc's <c>pileval_smooth</c>, <c>txt_general_preproc</c> and <c>general</c>: rows in shuffled order, each cut to a sample's length from its front. A corpus that
/// has fewer fitting rows than samples were asked for gives as many as it has, as there.
/// Deviation: a row without any token (an empty one, of a tokenizer that begins texts with nothing) is passed over; llmc's model fails at it.
/// </summary>
/// <param name="keepsShort">Whether shorter rows count, whole; else they are passed over.</param>
/// <param name="takesSeed">Whether the order goes by the request's seed, not by llmc's fixed one.</param>
internal sealed class TruncatedRows(string name, bool keepsShort = false, bool takesSeed = false) : SamplingRule(name)
{
    internal override CalibrationSet Draw(SamplingWork work)
    {
        var request = work.Request;
        var least = keepsShort ? 1 : request.Length;
        var truncation = new Truncation(work.Encoder);
        using var rows = new ShuffledRows(work, Seed(request), bytes => work.Encoder.MaxTokens(bytes) >= least);
        var (samples, draws, before) = (new List<int[]>(), new List<Draw>(), 0);
        foreach (var (row, text) in rows.InOrder())
        {
            if (text is null || work.Encoder.Encode(text) is not { } tokens || tokens.Length < least)
            {
                before++;
                continue;
            }

            samples.Add(truncation.Cut(tokens, request.Length));
            draws.Add(new Draw(row, tokens.Length, 0, before));
            before = 0;
            work.Progress?.Report(samples.Count);
            if (samples.Count == request.Samples)
            {
                break;
            }
        }

        return samples.Count > 0 ? CalibrationSet.Of(samples, draws) : throw new InputException(
            $"None of the {rows.Count} rows of {work.Corpus.Name} has {request.Length} tokens, as samples by {Name} need. Use a shorter length or a corpus of longer documents.");
    }

    private BigInteger Seed(CalibrationRequest request) => !takesSeed ? ShuffledRows.LlmcSeed
        : request.Seed.Sign >= 0 ? request.Seed
        : throw new InputException($"Preproc {Name} shuffles with numpy, which takes no seed below 0; {request.Seed} was given.");
}

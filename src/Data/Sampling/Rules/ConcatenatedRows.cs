namespace Harness.Data.Sampling;

/// <summary>
/// llmc's <c>pileval_awq</c>: rows in shuffled order, stripped, those longer than a sample passed over; as many as samples were asked for, one behind the other, cut
/// into whole samples: fewer of them than rows.
/// </summary>
internal sealed class ConcatenatedRows(string name) : SamplingRule(name)
{
    internal override CalibrationSet Draw(SamplingWork work)
    {
        var (length, taken) = (work.Request.Length, 0);
        using var rows = new ShuffledRows(work, ShuffledRows.LlmcSeed, _ => true);
        var tokens = new List<int>();
        foreach (var (_, text) in rows.InOrder())
        {
            var row = work.Encoder.Encode(PythonSpace.Strip(text!));
            if (row.Length == 0 || row.Length > length)
            {
                continue;
            }

            tokens.AddRange(row);
            taken++;
            work.Progress?.Report(taken);
            if (taken == work.Request.Samples)
            {
                break;
            }
        }

        var samples = tokens.Count / length;
        return samples > 0
            ? new CalibrationSet([.. tokens.Take(samples * length)], length, [.. Enumerable.Range(0, samples).Select(sample => new Draw(null, tokens.Count, sample * length, 0))])
            : throw new InputException(
                $"{taken} rows of {work.Corpus.Name} that have at most {length} tokens have {tokens.Count} together, and a sample needs {length}. Use a shorter length or more samples.");
    }
}

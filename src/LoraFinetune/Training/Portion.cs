using Harness.Data.Training;

namespace Harness.LoraFinetune.Training;

/// <summary>Rows that go through the model together, padded on the right, where no token that counts can see it.</summary>
/// <param name="Ids">int64 [rows, length]</param>
/// <param name="Positions">int64 [targets]: of the flattened ids, those whose next token is learned.</param>
/// <param name="Targets">int64 [targets]: those next tokens.</param>
/// <param name="First">Of all sequences since the start of the training, which one the first row is.</param>
internal sealed record Portion(Tensor Ids, Tensor Positions, Tensor Targets, long First) : IDisposable
{
    public void Dispose()
    {
        Ids.Dispose();
        Positions.Dispose();
        Targets.Dispose();
    }

    /// <summary>The rows of a batch in portions of at most so many tokens, padding included; one row at least.</summary>
    /// <param name="first">Which sequence of the training the batch begins with.</param>
    public static IEnumerable<Portion> Of(TrainingSet set, IReadOnlyList<int> rows, int tokens, long first, Device device)
    {
        for (int start = 0, next; start < rows.Count; start = next)
        {
            var longest = set.Row(rows[start]).Tokens;
            for (next = start + 1; next < rows.Count; next++)
            {
                longest = Math.Max(longest, set.Row(rows[next]).Tokens);
                if (longest * (next + 1 - start) > tokens)
                {
                    break;
                }
            }

            yield return Of(set, [.. rows.Skip(start).Take(next - start)], first + start, device);
        }
    }

    private static Portion Of(TrainingSet set, IReadOnlyList<int> rows, long first, Device device)
    {
        var length = rows.Max(row => set.Row(row).Tokens);
        var ids = new long[rows.Count * length];
        var (positions, targets) = (new List<long>(), new List<long>());
        for (var index = 0; index < rows.Count; index++)
        {
            var row = set.Row(rows[index]);
            var tokens = set.Of(rows[index]);
            for (var token = 0; token < tokens.Length; token++)
            {
                ids[index * length + token] = tokens[token];
                if (token >= row.FirstTarget)
                {
                    positions.Add(index * length + token - 1);
                    targets.Add(tokens[token]);
                }
            }
        }

        using var flat = tensor(ids, device: device);
        return new Portion(flat.view(rows.Count, length), tensor(positions.ToArray(), device: device), tensor(targets.ToArray(), device: device), first);
    }
}

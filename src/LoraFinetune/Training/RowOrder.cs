using System.Numerics;
using Harness.Data.Sampling;

namespace Harness.LoraFinetune.Training;

/// <summary>
/// The order in which rows are trained on, epoch after epoch: as they are, or each epoch as Python's <c>random.Random(seed + epoch).shuffle(list(range(rows)))</c>.
/// </summary>
/// <param name="seed">Null: as they are.</param>
internal sealed class RowOrder(int rows, BigInteger? seed)
{
    private (long Epoch, int[] Rows) _current = (-1, []);

    /// <summary>Some rows in a row.</summary>
    /// <param name="first">Counted from the start of the training.</param>
    public IReadOnlyList<int> Take(long first, int count) => [.. Enumerable.Range(0, count).Select(next => At(first + next))];

    private int At(long index)
    {
        var epoch = index / rows;
        if (epoch != _current.Epoch)
        {
            int[] order = [.. Enumerable.Range(0, rows)];
            if (seed is { } start)
            {
                new PythonRandom(start + epoch).Shuffle<int>(order);
            }

            _current = (epoch, order);
        }

        return _current.Rows[index % rows];
    }
}

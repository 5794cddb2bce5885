namespace Harness.Data.Training;

/// <summary>
/// Token sequences to train on. The next token is learned at every position of a row, or behind its prompt only; rows may be shorter than <see cref="Length"/>.
/// </summary>
public sealed class TrainingSet
{
    private readonly IReadOnlyList<TrainingRow>? _rows;

    /// <summary>Rows of one length, learned from end to end.</summary>
    /// <param name="ids">Row by row: [rows, length].</param>
    public TrainingSet(int[] ids, int length)
    {
        (Ids, Length, Rows) = (ids, length, ids.Length / length);
        Hash = ContentKey.OfIds(ids);
    }

    /// <summary>Rows of several lengths.</summary>
    /// <param name="ids">One row behind the other.</param>
    public TrainingSet(int[] ids, IReadOnlyList<TrainingRow> rows)
    {
        (Ids, _rows, Rows, Length) = (ids, rows, rows.Count, rows.Max(row => row.Tokens));
        Hash = ContentKey.OfIds([.. ids, .. rows.SelectMany(row => new[] { row.Tokens, row.Prompt })]);
    }

    /// <summary>All ids, row by row.</summary>
    public int[] Ids { get; }

    /// <summary>Tokens of a row; of the longest where they differ.</summary>
    public int Length { get; }

    /// <summary>How many rows.</summary>
    public int Rows { get; }

    /// <summary>SHA-256 of the ids (<see cref="ContentKey.OfIds"/>), followed by tokens and prompts of the rows where they differ.</summary>
    public string Hash { get; }

    /// <summary>Where a row lies.</summary>
    public TrainingRow Row(int index) => _rows?[index] ?? new TrainingRow(index * Length, Length);

    /// <summary>The ids of a row.</summary>
    public ReadOnlySpan<int> Of(int index) => Ids.AsSpan(Row(index).Start, Row(index).Tokens);

    /// <summary>The first rows.</summary>
    public TrainingSet Take(int rows) => rows >= Rows ? this
        : _rows is null ? new TrainingSet(Ids[..(rows * Length)], Length)
        : new TrainingSet(Ids[..(_rows[rows - 1].Start + _rows[rows - 1].Tokens)], [.. _rows.Take(rows)]);
}

/// <summary>One row of a training set.</summary>
/// <param name="Start">Its first id among all.</param>
/// <param name="Tokens">How many ids.</param>
/// <param name="Prompt">Tokens at the front that are read but not learned.</param>
public readonly record struct TrainingRow(int Start, int Tokens, int Prompt = 0)
{
    /// <summary>The first token that is predicted: never that of the very front, which nothing stands before.</summary>
    public int FirstTarget => Math.Max(1, Prompt);

    /// <summary>How many tokens are predicted.</summary>
    public int Targets => Tokens - FirstTarget;
}

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

    /// <summary>Rows of the text that are not in it, because nothing of them would be learned.</summary>
    public int LeftOut { get; init; }

    /// <summary>Where a row lies.</summary>
    public TrainingRow Row(int index) => _rows?[index] ?? new TrainingRow(index * Length, Length);

    /// <summary>The ids of a row.</summary>
    public ReadOnlySpan<int> Of(int index) => Ids.AsSpan(Row(index).Start, Row(index).Tokens);

    /// <summary>The first rows.</summary>
    public TrainingSet Take(int rows) => rows >= Rows ? this : Part(0, rows);

    /// <summary>The last rows apart from the others, to measure the loss on.</summary>
    /// <param name="rows">How many; at least one.</param>
    /// <param name="name">Of the text, for the sentence where it has too few.</param>
    /// <exception cref="InputException">Nothing would be left to train on.</exception>
    public (TrainingSet Training, TrainingSet Held) HoldOut(int rows, string name) => rows < Rows ? (Part(0, Rows - rows), Part(Rows - rows, rows)) : throw new InputException(
        $"{name} gives {Rows} rows, and {rows} of them would be held out to measure the loss on. Use a smaller --eval-samples or a longer text.");

    private TrainingSet Part(int first, int count)
    {
        var (begin, end) = (Row(first).Start, Row(first + count - 1).Start + Row(first + count - 1).Tokens);
        return _rows is null
            ? new TrainingSet(Ids[begin..end], Length) { LeftOut = LeftOut }
            : new TrainingSet(Ids[begin..end], [.. _rows.Skip(first).Take(count).Select(row => row with { Start = row.Start - begin })]) { LeftOut = LeftOut };
    }
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

namespace Harness.Models.Decoders.Layouts;

/// <summary>A linear: its name within the block (without <c>.weight</c>), its size [rows, columns] = [out, in], and whether it has a bias.</summary>
public sealed record LinearLayout(string Name, long Rows, long Columns, bool Bias = false)
{
    /// <summary>Whether the checkpoint stores it as [in, out], as GPT-2's Conv1D.</summary>
    public bool Transposed { get; init; }

    /// <summary>What the rows of a fused matrix belong to; null where the matrix is not fused.</summary>
    public RowSplit? Split { get; init; }

    /// <summary>Its tensors in the checkpoint.</summary>
    public IEnumerable<ParameterShape> Parameters(string prefix)
    {
        yield return Transposed ? new($"{prefix}{Name}.weight", Columns, Rows) : new($"{prefix}{Name}.weight", Rows, Columns);
        if (Bias)
        {
            yield return new($"{prefix}{Name}.bias", Rows);
        }
    }
}

/// <summary>Linears that read the same input.</summary>
public sealed record InputLayout(params IReadOnlyList<LinearLayout> Linears)
{
    /// <summary>Of the tokens that get there on average: below 1 for an expert's.</summary>
    public double Share { get; init; } = 1;
}

namespace Harness.Data.Sampling;

/// <summary>Where a sample was cut from: the document (null: the running text) and its tokens, the start, the documents drawn in vain before.</summary>
public readonly record struct Draw(int? Document, int Tokens, int Start, int RejectedBefore);

/// <summary>Token ids to calibrate on: <see cref="Samples"/> rows of <see cref="Length"/>.</summary>
public sealed class CalibrationSet
{
    /// <param name="ids">Row by row, [samples, length].</param>
    /// <param name="length">Tokens of a sample.</param>
    /// <param name="draws">One for each sample, or none where the ids were given.</param>
    public CalibrationSet(int[] ids, int length, IReadOnlyList<Draw> draws)
    {
        (Ids, Length, Draws) = (ids, length, draws);
        Hash = ContentKey.OfIds(ids);
    }

    /// <summary>All ids, [samples, length].</summary>
    public int[] Ids { get; }

    /// <summary>Tokens of a sample.</summary>
    public int Length { get; }

    /// <summary>Number of samples.</summary>
    public int Samples => Ids.Length / Length;

    /// <summary>Where each sample is from.</summary>
    public IReadOnlyList<Draw> Draws { get; }

    /// <summary>SHA-256 of the ids (<see cref="ContentKey.OfIds"/>).</summary>
    public string Hash { get; }

    /// <summary>The ids of one sample.</summary>
    public ReadOnlySpan<int> Sample(int index) => Ids.AsSpan(index * Length, Length);
}

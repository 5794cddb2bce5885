namespace Harness.Data.Sampling;

/// <summary>Where a sample was cut from: the document (null: the running text) and its tokens, the start, the documents drawn in vain before.</summary>
public readonly record struct Draw(int? Document, int Tokens, int Start, int RejectedBefore);

/// <summary>Token ids to calibrate on: <see cref="Samples"/> sequences, mostly of one length.</summary>
public sealed class CalibrationSet
{
    private readonly int[]? _starts;

    /// <param name="ids">Row by row, [samples, length].</param>
    /// <param name="length">Tokens of a sample.</param>
    /// <param name="draws">One for each sample, or none where the ids were given.</param>
    public CalibrationSet(int[] ids, int length, IReadOnlyList<Draw> draws)
    {
        (Ids, Length, Samples, Draws) = (ids, length, ids.Length / length, draws);
        Hash = ContentKey.OfIds(ids);
    }

    private CalibrationSet(int[] ids, int[] lengths, IReadOnlyList<Draw> draws)
    {
        (Ids, Lengths, Length, Samples, Draws) = (ids, lengths, lengths.Max(), lengths.Length, draws);
        _starts = new int[lengths.Length];
        for (var sample = 1; sample < lengths.Length; sample++)
        {
            _starts[sample] = _starts[sample - 1] + lengths[sample - 1];
        }

        Hash = ContentKey.OfIds([.. ids, .. lengths]);
    }

    /// <summary>Of ids one sample behind the other; <paramref name="lengths"/> may differ.</summary>
    public static CalibrationSet Of(int[] ids, int[] lengths, IReadOnlyList<Draw> draws) =>
        lengths.Distinct().Count() == 1 ? new CalibrationSet(ids, lengths[0], draws) : new CalibrationSet(ids, lengths, draws);

    /// <summary>All ids, sample by sample: [samples, length] where all are equally long.</summary>
    public int[] Ids { get; }

    /// <summary>Tokens of a sample; of the longest where they differ.</summary>
    public int Length { get; }

    /// <summary>Tokens of each sample; null where all have <see cref="Length"/>.</summary>
    public IReadOnlyList<int>? Lengths { get; }

    /// <summary>Number of samples.</summary>
    public int Samples { get; }

    /// <summary>Where each sample is from.</summary>
    public IReadOnlyList<Draw> Draws { get; }

    /// <summary>SHA-256 of the ids (<see cref="ContentKey.OfIds"/>), followed by the lengths where they differ.</summary>
    public string Hash { get; }

    /// <summary>The ids of one sample.</summary>
    public ReadOnlySpan<int> Sample(int index) => Lengths is null ? Ids.AsSpan(index * Length, Length) : Ids.AsSpan(_starts![index], Lengths[index]);

    /// <summary>Refuses samples of different lengths for work that needs a matrix of them.</summary>
    /// <param name="work">Who needs it.</param>
    public CalibrationSet OfOneLength(string work) => Lengths is null ? this : throw new InputException(
        $"{work} needs samples of one length; these have {Lengths.Min()} to {Length} tokens. Choose another --preproc, txt_general_preproc for example.");

    internal static CalibrationSet Of(IReadOnlyList<int[]> samples, IReadOnlyList<Draw> draws) =>
        Of([.. samples.SelectMany(sample => sample)], [.. samples.Select(sample => sample.Length)], draws);
}

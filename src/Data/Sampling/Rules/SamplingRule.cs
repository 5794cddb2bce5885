namespace Harness.Data.Sampling;

/// <summary>How calibration samples are made of a corpus. Rules have the names that llmc gives them (docs/llmc.md); the papers' own has none there.</summary>
public abstract class SamplingRule
{
    private protected SamplingRule(string name) => Name = name;

    /// <summary>The rule of Wanda, SparseGPT and Pruner-Zero, and the default.</summary>
    public static SamplingRule Papers { get; } = new PapersRule();

    /// <summary>All rules.</summary>
    public static IReadOnlyList<SamplingRule> All { get; } =
    [
        Papers,
        new JoinedRows("wikitext2_gptq", rows: null),
        new JoinedRows("pileval_omni", rows: 1000),
        new LongEnoughRows("c4_gptq"),
        new ConcatenatedRows("pileval_awq"),
        new TruncatedRows("pileval_smooth", keepsShort: true),
        new TruncatedRows("txt_general_preproc"),
        new TruncatedRows("general", takesSeed: true),
    ];

    /// <summary>The names of all rules.</summary>
    public static IReadOnlyList<string> Known { get; } = [.. All.Select(rule => rule.Name)];

    /// <summary>What it is called on the command line, in grids and in records.</summary>
    public string Name { get; }

    /// <summary>The rule of that name.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static SamplingRule Parse(string name) => All.FirstOrDefault(rule => rule.Name == name) ?? throw Names.Unknown("preproc", name, Known);

    /// <summary>The rule's name where it is not the papers', which records and keys leave out.</summary>
    public static string? NameUnlessPapers(SamplingRule rule) => rule == Papers ? null : rule.Name;

    internal abstract CalibrationSet Draw(SamplingWork work);
}

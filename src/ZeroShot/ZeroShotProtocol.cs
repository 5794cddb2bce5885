namespace Harness.ZeroShot;

/// <summary>How documents are chosen and encoded: what makes accuracies of one model under one task differ.</summary>
/// <param name="Name">As the command line and grids say it.</param>
/// <param name="Shuffles">Whether the documents are put in the order of Python's <c>random.Random(42)</c> before a limit cuts them.</param>
/// <param name="AddsSpecialTokens">Whether a context begins with what the tokenizer puts in front of a text, BOS for the most part.</param>
public sealed record ZeroShotProtocol(string Name, bool Shuffles, bool AddsSpecialTokens)
{
    /// <summary>lm-evaluation-harness df3da98 as the pruning papers call it: no BOS.</summary>
    public static ZeroShotProtocol LmEvalV0 { get; } = new("lmeval-v0", Shuffles: true, AddsSpecialTokens: false);

    /// <summary>lm-evaluation-harness from 0.4 on: documents in file order, the tokenizer's own special tokens.</summary>
    public static ZeroShotProtocol LmEval04 { get; } = new("lmeval-0.4", Shuffles: false, AddsSpecialTokens: true);

    private static readonly ZeroShotProtocol[] All = [LmEvalV0, LmEval04];

    /// <summary>The names of all of them.</summary>
    public static IReadOnlyList<string> Known { get; } = [.. All.Select(protocol => protocol.Name)];

    /// <summary>The protocol of that name.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static ZeroShotProtocol Named(string name) => All.FirstOrDefault(protocol => protocol.Name == name) ?? throw Names.Unknown("protocol", name, Known);
}

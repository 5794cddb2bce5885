namespace Harness.Models.Tokenizers;

/// <summary>The special tokens put around a text.</summary>
internal sealed record Frame(int[] Prefix, int[] Suffix)
{
    /// <summary>No tokens.</summary>
    public static Frame Empty { get; } = new([], []);

    /// <summary>This frame inside <paramref name="outer"/>.</summary>
    public Frame Within(Frame outer) => new([.. outer.Prefix, .. Prefix], [.. Suffix, .. outer.Suffix]);
}

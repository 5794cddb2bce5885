namespace Harness.Cli.Evaluations;

/// <summary>How much goes through a model.</summary>
/// <param name="Tokens">Through every block.</param>
/// <param name="Longest">Tokens that go through a block at once at most: a sequence is never cut.</param>
/// <param name="HeadTokens">Through the output head.</param>
internal sealed record TokenCount(long Sequences, long Tokens, long Longest, long HeadTokens)
{
    /// <summary>Nothing.</summary>
    public static TokenCount None { get; } = new(0, 0, 0, 0);

    /// <summary>Sequences of one length.</summary>
    public TokenCount(long sequences, long length, long headTokens)
        : this(sequences, sequences * length, length, headTokens)
    {
    }
}

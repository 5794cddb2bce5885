namespace Harness.ZeroShot.Requests;

/// <summary>What the model is asked about one choice, in token ids.</summary>
/// <param name="Input">What it reads: the end of context and continuation, less the last token.</param>
/// <param name="Continuation">What its last outputs are held against; may be empty where one token spans the seam.</param>
/// <param name="ContextTokens">Of the whole context.</param>
/// <param name="IsTruncated">Whether the context lost tokens on the left.</param>
public sealed record Request(int[] Input, int[] Continuation, int ContextTokens, bool IsTruncated);

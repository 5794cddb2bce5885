namespace Harness.Cli.Progress;

/// <summary>Turns the tokens that have gone through decoder blocks into blocks done.</summary>
/// <param name="stage">In blocks.</param>
/// <param name="tokensPerBlock">Tokens that every block sees, over all passes.</param>
internal sealed class BlockProgress(Stage stage, long tokensPerBlock) : IProgress<long>
{
    private int _blocks;
    private long _tokens;

    /// <summary>So many more tokens have gone through the current block.</summary>
    public void Report(long tokens)
    {
        _tokens += tokens;
        stage.Report(_blocks + Math.Min(1, (double)_tokens / tokensPerBlock));
    }

    /// <summary>The current block is done.</summary>
    public void Next()
    {
        (_blocks, _tokens) = (_blocks + 1, 0);
        stage.Report(_blocks);
    }
}

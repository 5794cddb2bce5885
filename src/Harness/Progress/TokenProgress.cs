namespace Harness.Cli.Progress;

/// <summary>Tokens that go through parts of a model of different size, as whole tokens done.</summary>
/// <param name="stage">In tokens.</param>
/// <param name="wholeCost">Cost of a token through the whole model, in any unit.</param>
internal sealed class TokenProgress(Stage stage, double wholeCost) : IProgress<long>
{
    private double _done;

    /// <summary>Cost of a token through the part that is at work.</summary>
    public double Cost { get; set; }

    /// <summary>So many more tokens have gone through it.</summary>
    public void Report(long tokens)
    {
        _done += tokens * Cost / wholeCost;
        stage.Report(_done);
    }
}

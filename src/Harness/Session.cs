using Harness.Cli.Progress;

namespace Harness.Cli;

/// <summary>One run of the program: where it speaks and whether it was asked to stop.</summary>
public sealed record Session(Output Output, CancellationToken Stop = default)
{
    /// <summary>How much memory it may come to.</summary>
    public MemoryBudget Memory { get; init; } = MemoryBudget.OfMachine;

    /// <summary>Standard output.</summary>
    public TextWriter Results => Output.Results;

    /// <summary>A line on standard error.</summary>
    public void Note(string sentence) => Output.Notes.WriteLine(sentence);

    /// <summary>Begins a stage of work whose progress shows once it takes longer than two seconds.</summary>
    /// <param name="title">What is being done: <c>prune</c>.</param>
    /// <param name="total">How many units there are.</param>
    /// <param name="unit">Of the rate: <c>blocks</c>.</param>
    public Stage Begin(string title, double total, string unit) => new(title, total, unit, Output, Stop);
}

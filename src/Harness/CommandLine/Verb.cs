using System.CommandLine;

namespace Harness.Cli.CommandLine;

/// <summary>A verb of the program with an example of its use, which its help ends with.</summary>
internal abstract class Verb : Command
{
    /// <param name="name">As typed.</param>
    /// <param name="description">One sentence.</param>
    /// <param name="examples">Whole command lines.</param>
    protected Verb(string name, string description, params IReadOnlyList<string> examples)
        : base(name, description) => Examples = examples;

    /// <summary>Whole command lines.</summary>
    public IReadOnlyList<string> Examples { get; }
}

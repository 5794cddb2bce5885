using System.CommandLine;

namespace Harness.Cli.Options;

/// <summary>--memory: how much the process may come to.</summary>
internal sealed class MemoryOption
{
    private readonly Option<string?> _memory = OptionFactory.Text(
        "--memory", "SIZE", "The most memory that the process may come to, 8GB for example: what does not fit lies on disk, or is read or computed again (default: half of what is free).");

    /// <param name="command">Gets the option.</param>
    public MemoryOption(Command command) => command.Add(_memory);

    /// <summary>The session with what was asked for.</summary>
    public Session Within(ParseResult parsed, Session session) => parsed.GetValue(_memory) is { } size ? session with { Memory = MemoryBudget.Parse(size) } : session;
}

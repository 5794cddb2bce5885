using Harness.Models.Checkpoints;

namespace Harness.Models.Decoders.Layouts;

/// <summary>A block's feed-forward part.</summary>
public abstract record FeedForwardLayout
{
    /// <summary>What can be pruned of it, in the reference's order.</summary>
    public abstract IEnumerable<LinearLayout> Linears { get; }

    /// <summary>The same by the input they share.</summary>
    public abstract IEnumerable<InputLayout> ByInput { get; }

    /// <summary>What cannot: routers.</summary>
    public virtual IEnumerable<LinearLayout> Routers => [];

    /// <summary>Its tensors in the checkpoint.</summary>
    public IEnumerable<ParameterShape> Parameters(string prefix) => Linears.Concat(Routers).SelectMany(linear => linear.Parameters(prefix));

    internal abstract FeedForward Read(WeightReader reader, string prefix);
}

/// <summary>With a gate, down(act(gate(x)) · up(x)); without, down(act(up(x))).</summary>
/// <param name="Up">gate and up; or both fused into one, the rows of the gate first; or up alone.</param>
public sealed record MlpLayout(Activation Activation, IReadOnlyList<LinearLayout> Up, LinearLayout Down) : FeedForwardLayout
{
    public override IEnumerable<LinearLayout> Linears => [.. Up, Down];

    public override IEnumerable<InputLayout> ByInput => [new InputLayout([.. Up]), new InputLayout(Down)];

    internal override FeedForward Read(WeightReader reader, string prefix) => ReadMlp(reader, prefix);

    internal Mlp ReadMlp(WeightReader reader, string prefix) => new(
        new LinearGroup([.. Up.Select(linear => reader.Linear(prefix, linear))]), new LinearGroup(reader.Linear(prefix, Down)), Activation);
}

/// <summary>A router sends each token to a few of many small feed-forward parts.</summary>
/// <param name="Router">[experts, hidden]; is not pruned.</param>
/// <param name="Chosen">Experts per token.</param>
public sealed record ExpertsLayout(LinearLayout Router, IReadOnlyList<MlpLayout> Experts, int Chosen) : FeedForwardLayout
{
    /// <summary>Whether the shares of a token's experts are brought to the sum 1.</summary>
    public bool Renormalised { get; init; }

    /// <summary>The factor on the shares.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>DeepSeek-V2: experts in so many groups, of which a token takes part in <see cref="ChosenGroups"/> only.</summary>
    public int Groups { get; init; } = 1;

    /// <inheritdoc cref="Groups"/>
    public int ChosenGroups { get; init; } = 1;

    /// <summary>What every token goes through besides.</summary>
    public MlpLayout? Shared { get; init; }

    /// <summary>[1, hidden]: the shared part is multiplied with its sigmoid; is not pruned.</summary>
    public LinearLayout? SharedGate { get; init; }

    public override IEnumerable<LinearLayout> Linears => Experts.Append(Shared).SelectMany(expert => expert?.Linears ?? []);

    public override IEnumerable<InputLayout> ByInput =>
        [.. Experts.SelectMany(expert => expert.ByInput).Select(group => group with { Share = (double)Chosen / Experts.Count }), .. Shared?.ByInput ?? []];

    public override IEnumerable<LinearLayout> Routers => SharedGate is null ? [Router] : [Router, SharedGate];

    internal override FeedForward Read(WeightReader reader, string prefix) => new Experts(
        this,
        reader.Linear(prefix, Router),
        [.. Experts.Select(expert => expert.ReadMlp(reader, prefix))],
        Shared?.ReadMlp(reader, prefix),
        SharedGate is null ? null : reader.Linear(prefix, SharedGate));
}

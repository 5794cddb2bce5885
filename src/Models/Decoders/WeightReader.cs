using Harness.Models.Checkpoints;

namespace Harness.Models.Decoders;

/// <summary>
/// Builds the parts of a decoder from a checkpoint's tensors, in the type and on the device of the computation, and checks every shape against the config.
/// What it makes belongs to no scope: the part's owner disposes <see cref="Taken"/>.
/// </summary>
internal sealed class WeightReader(CheckpointFolder folder, ModelConfig config, ScalarType dtype, Device device)
{
    private readonly List<Tensor> _taken = [];

    /// <summary>Every tensor made so far; hands them over.</summary>
    public IReadOnlyList<Tensor> Taken => _taken;

    /// <summary>Block <paramref name="index"/> of the decoder.</summary>
    public DecoderBlock Block(DecoderLayout layout, int index, RotaryEmbedding? rotary)
    {
        var prefix = string.Format(null, layout.Block, index);
        var attention = Attention(layout.Attention, prefix, rotary);
        var mlp = Mlp(layout.Mlp, prefix);
        return new DecoderBlock(index, Norm(prefix, layout.AttentionNorm), attention, Norm(prefix, layout.MlpNorm), mlp, layout.NormBefore, Taken);
    }

    public Norm Norm(string prefix, NormLayout layout) => new(
        layout.Kind,
        layout.Affine ? Read($"{prefix}{layout.Name}.weight", config.HiddenSize) : null,
        layout.Affine && layout.Kind == NormKind.Layer ? Read($"{prefix}{layout.Name}.bias", config.HiddenSize) : null,
        config.NormEps);

    /// <summary>The tensor in the type and on the device of the computation; a view of the file where those are its own.</summary>
    public Tensor Read(string name, params ReadOnlySpan<long> shape)
    {
        using var scope = NewDisposeScope();
        var tensor = Stored(name, shape).to(dtype, device).DetachFromDisposeScope();
        _taken.Add(tensor);
        return tensor;
    }

    /// <summary>The tensor as the file holds it.</summary>
    public Tensor Stored(string name, params ReadOnlySpan<long> shape) => folder.Load(name, shape);

    private Attention Attention(AttentionLayout layout, string prefix, RotaryEmbedding? rotary)
    {
        var queries = config.Heads * config.HeadDim;
        var linears = layout.Inputs.ToDictionary(
            input => input.Role,
            input => Linear(prefix, input.Name, input.Role == AttentionRole.Query ? queries : config.KeyValueHeads * config.HeadDim, config.HiddenSize, layout.Bias));
        return new Attention(
            new LinearGroup([.. layout.Inputs.Select(input => linears[input.Role])]),
            linears[AttentionRole.Query],
            linears[AttentionRole.Key],
            linears[AttentionRole.Value],
            new LinearGroup(Linear(prefix, layout.Output, config.HiddenSize, queries, layout.Bias)),
            config.Heads,
            config.KeyValueHeads,
            config.HeadDim,
            rotary);
    }

    private Mlp Mlp(MlpLayout layout, string prefix)
    {
        var gate = layout.Gate is null ? null : Linear(prefix, layout.Gate, config.IntermediateSize, config.HiddenSize, layout.Bias);
        var up = Linear(prefix, layout.Up, config.IntermediateSize, config.HiddenSize, layout.Bias);
        var down = Linear(prefix, layout.Down, config.HiddenSize, config.IntermediateSize, layout.Bias);
        return new Mlp(gate is null ? new LinearGroup(up) : new LinearGroup(gate, up), gate, up, new LinearGroup(down), layout.Activation);
    }

    private Linear Linear(string prefix, string name, long rows, long columns, bool bias) => new(
        name,
        $"{prefix}{name}.weight",
        Read($"{prefix}{name}.weight", rows, columns),
        bias ? Read($"{prefix}{name}.bias", rows) : null);
}

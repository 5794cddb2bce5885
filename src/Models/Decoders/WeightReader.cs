using Harness.Models.Checkpoints;
using Harness.Models.Decoders.Layouts;

namespace Harness.Models.Decoders;

/// <summary>
/// Builds the parts of a decoder from a checkpoint's tensors, in the type and on the device of the computation, and checks every shape against the config.
/// What it makes belongs to no scope: the part's owner disposes <see cref="Taken"/>.
/// </summary>
internal sealed class WeightReader(CheckpointFolder folder, WeightOverlay overlay, ScalarType dtype, Device device)
{
    private readonly List<Tensor> _taken = [];

    /// <summary>Every tensor made so far; hands them over.</summary>
    public IReadOnlyList<Tensor> Taken => _taken;

    /// <summary>A block of the decoder.</summary>
    public DecoderBlock Block(int index, string prefix, BlockLayout layout, Func<RotaryLayout, RotaryEmbedding> rotary)
    {
        var attention = new Attention(
            layout.Attention,
            layout.Attention.Inputs.Read(this, prefix),
            new LinearGroup(Linear(prefix, layout.Attention.Output)),
            Norm(prefix, layout.Attention.QueryNorm),
            Norm(prefix, layout.Attention.KeyNorm),
            layout.Attention.Rotary is { } turns ? rotary(turns) : null);
        var norms = new BlockNorms(
            Norm(prefix, layout.AttentionNorm), Norm(prefix, layout.AttentionOutputNorm), Norm(prefix, layout.AttentionSumNorm),
            Norm(prefix, layout.MlpNorm), Norm(prefix, layout.MlpOutputNorm), Norm(prefix, layout.MlpSumNorm));
        return new DecoderBlock(index, attention, layout.Mlp.Read(this, prefix), norms, layout.Parallel, Taken);
    }

    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(layout))]
    public Norm? Norm(string prefix, NormLayout? layout)
    {
        if (layout is null)
        {
            return null;
        }

        var roundsLast = layout.Kind is NormKind.RmsRoundedLast or NormKind.RmsOnePlus && dtype != float64;
        var weight = layout.Name is null ? null
            : Take(() => Stored($"{prefix}{layout.Name}.weight", layout.Width).to(roundsLast ? float32 : dtype, device).add(layout.Kind == NormKind.RmsOnePlus ? 1 : 0));
        return new Norm(layout.Kind, weight, layout.Bias ? Read($"{prefix}{layout.Name}.bias", layout.Width) : null, layout.Epsilon);
    }

    public Linear Linear(string prefix, LinearLayout layout)
    {
        var name = $"{prefix}{layout.Name}.weight";
        var weight = layout.Transposed
            ? Take(() => Stored(name, layout.Columns, layout.Rows).to(dtype, device).t().contiguous())
            : Read(name, layout.Rows, layout.Columns);
        return new Linear(layout.Name, name, weight, layout.Bias ? Read($"{prefix}{layout.Name}.bias", layout.Rows) : null)
        {
            IsStoredTransposed = layout.Transposed,
            Split = layout.Split,
            Adapter = overlay.Adapters.GetValueOrDefault(name),
        };
    }

    /// <summary>The tensor in the type and on the device of the computation; a view of the file where those are its own.</summary>
    public Tensor Read(string name, params long[] shape) => Take(() => Stored(name, shape).to(dtype, device));

    /// <summary>The tensor as the file holds it, or what stands in for it.</summary>
    public Tensor Stored(string name, params ReadOnlySpan<long> shape) => overlay.Tensors.TryGetValue(name, out var other) ? other : folder.Load(name, shape);

    /// <summary>Keeps what a few steps make.</summary>
    public Tensor Take(Func<Tensor> make)
    {
        using var scope = NewDisposeScope();
        var tensor = make().DetachFromDisposeScope();
        _taken.Add(tensor);
        return tensor;
    }
}

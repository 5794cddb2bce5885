using Harness.Models.Decoders;
using Harness.Models.Decoders.Layouts;

namespace Harness.Models;

/// <summary>Final norm and output head: from the last block's output to logits.</summary>
public sealed class OutputHead : IDisposable
{
    private readonly HeadLayout _layout;
    private readonly Norm? _norm;
    private readonly Linear? _projection;
    private readonly Tensor _weight;
    private readonly Tensor? _bias;
    private readonly IReadOnlyList<Tensor> _owned;

    /// <param name="stored">The name under which the head lies in the checkpoint.</param>
    internal OutputHead(WeightReader reader, DecoderLayout layout, string stored)
    {
        _layout = layout.Head;
        _norm = reader.Norm(layout.Base, layout.FinalNorm);
        _projection = _layout.Projection is { } projection ? reader.Linear(layout.Base, projection) : null;
        _weight = _layout.NormalisedRows ? reader.Take(() => OfLengthOne(reader.Read(stored, _layout.Rows, _layout.Width))) : reader.Read(stored, _layout.Rows, _layout.Width);
        _bias = _layout.Bias ? reader.Read($"{_layout.Name}.bias", _layout.Rows) : null;
        _owned = reader.Taken;
    }

    /// <summary>hidden: [..., hidden] → logits [..., vocabulary].</summary>
    public Tensor Logits(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        var x = _norm?.Forward(hidden) ?? hidden;
        x = Fused.Linear(_projection?.Forward(x) ?? x, _weight, _bias);
        x = _layout.Scale == 1 ? x : x.mul(_layout.Scale);
        x = _layout.SoftCap > 0 ? x.div(_layout.SoftCap).tanh().mul(_layout.SoftCap) : x;
        return x.MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (var tensor in _owned)
        {
            tensor.Dispose();
        }
    }

    private static Tensor OfLengthOne(Tensor rows) => rows.div(rows.square().sum(-1, keepdim: true).sqrt().clamp(min: 1e-12));
}

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
        return Logits(Read(hidden), 0, _layout.Rows).MoveToOuterDisposeScope();
    }

    /// <summary>The negative log-likelihood of what follows each token, in nats: float64 [T]. Records nothing; see <see cref="Fused.TokenNll(Tensor, long, Func{long, long, Tensor})"/>.</summary>
    /// <param name="hidden">[T, hidden]</param>
    /// <param name="targets">[T], int64</param>
    public Tensor Nll(Tensor hidden, Tensor targets)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var x = Read(hidden);
        return Fused.TokenNll(targets, _layout.Rows, (first, count) => Logits(x, first, count)).MoveToOuterDisposeScope();
    }

    /// <summary>What the logits are made of.</summary>
    private Tensor Read(Tensor hidden)
    {
        var x = _norm?.Forward(hidden) ?? hidden;
        return _projection?.Forward(x) ?? x;
    }

    /// <summary>Those of the vocabulary from <paramref name="first"/> on.</summary>
    private Tensor Logits(Tensor read, long first, long count)
    {
        var x = count == _layout.Rows // a part of a weight that learns has a gradient of the whole one's size
            ? Fused.Linear(read, _weight, _bias)
            : Fused.Linear(read, _weight.narrow(0, first, count), _bias?.narrow(0, first, count));
        x = _layout.Scale == 1 ? x : x.mul(_layout.Scale);
        return _layout.SoftCap > 0 ? x.div(_layout.SoftCap).tanh().mul(_layout.SoftCap) : x;
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

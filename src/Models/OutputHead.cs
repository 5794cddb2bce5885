using Harness.Models.Decoders;

namespace Harness.Models;

/// <summary>Final norm and output head: from the last block's output to logits.</summary>
public sealed class OutputHead : IDisposable
{
    private readonly Norm? _norm;
    private readonly Tensor? _projection;
    private readonly Tensor _head;
    private readonly IReadOnlyList<Tensor> _owned;

    internal OutputHead(Norm? norm, Tensor? projection, Tensor head, IReadOnlyList<Tensor> owned)
    {
        _norm = norm;
        _projection = projection;
        _head = head;
        _owned = owned;
    }

    /// <summary>hidden: [..., hidden] → logits [..., vocabulary].</summary>
    public Tensor Logits(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        var x = _norm?.Forward(hidden) ?? hidden;
        x = _projection is null ? x : nn.functional.linear(x, _projection);
        return nn.functional.linear(x, _head).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (var tensor in _owned)
        {
            tensor.Dispose();
        }
    }
}

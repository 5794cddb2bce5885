namespace Harness.Models.Decoders;

/// <summary>The feed-forward part of a block.</summary>
public abstract record FeedForward
{
    /// <summary>Its linears by the input they share, in the order in which the inputs come about.</summary>
    public abstract IEnumerable<LinearGroup> Groups { get; }

    /// <summary>x: [batch, length, hidden] → the same shape, a new tensor.</summary>
    internal abstract Tensor Forward(Tensor x, InputObserver? observe);

    /// <summary>Shows every linear's input and computes nothing beyond the last of them.</summary>
    internal abstract void Observe(Tensor x, InputObserver observe);

    /// <summary>The same, but observers see every token at every expert, whatever the router says.</summary>
    internal virtual FeedForward ShowingAllTokens() => this;

    internal abstract FeedForward With(Func<Linear, Linear> swap);
}

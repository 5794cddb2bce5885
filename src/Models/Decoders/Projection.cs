using Harness.Models.Decoders.Layouts;

namespace Harness.Models.Decoders;

/// <summary>How an attention's queries, keys and values come about.</summary>
public abstract record Projection
{
    /// <summary>Its linears by the input they share.</summary>
    public abstract IEnumerable<LinearGroup> Groups { get; }

    /// <summary>x: [batch, length, hidden] → queries, keys and values: [batch, length, ...], in order heads · dimensions.</summary>
    internal abstract (Tensor Q, Tensor K, Tensor V) Forward(Tensor x, InputObserver? observe);

    internal abstract Projection With(Func<Linear, Linear> swap);
}

/// <summary>A matrix each.</summary>
public sealed record SeparateProjection(LinearGroup Inputs, Linear Query, Linear Key, Linear Value) : Projection
{
    public override IEnumerable<LinearGroup> Groups => [Inputs];

    internal override (Tensor Q, Tensor K, Tensor V) Forward(Tensor x, InputObserver? observe)
    {
        observe?.Invoke(Inputs, x);
        return (Query.Forward(x), Key.Forward(x), Value.Forward(x));
    }

    internal override Projection With(Func<Linear, Linear> swap) => new SeparateProjection(Inputs.With(swap), swap(Query), swap(Key), swap(Value));
}

/// <summary>One matrix for all three.</summary>
public sealed record FusedProjection(LinearGroup Joint) : Projection
{
    public override IEnumerable<LinearGroup> Groups => [Joint];

    internal override (Tensor Q, Tensor K, Tensor V) Forward(Tensor x, InputObserver? observe)
    {
        observe?.Invoke(Joint, x);
        var parts = Joint.Linears[0].Split!.Of(Joint.Forward(x));
        return (parts[0], parts[1], parts[2]);
    }

    internal override Projection With(Func<Linear, Linear> swap) => new FusedProjection(Joint.With(swap));
}

/// <summary>DeepSeek-V2's latent attention: see <see cref="LatentLayout"/>.</summary>
/// <param name="Inputs">Queries, or what leads to their latent; and what leads to the latent of keys and values and to the rotary key.</param>
/// <param name="Query">From the queries' latent, where there is one.</param>
public sealed record LatentProjection(LinearGroup Inputs, LinearGroup? Query, Norm? QueryNorm, Norm KeyValueNorm, LinearGroup KeyValueUp, LatentSizes Sizes) : Projection
{
    public override IEnumerable<LinearGroup> Groups => Query is null ? [Inputs, KeyValueUp] : [Inputs, Query, KeyValueUp];

    internal override (Tensor Q, Tensor K, Tensor V) Forward(Tensor x, InputObserver? observe)
    {
        observe?.Invoke(Inputs, x);
        var q = Inputs.Linears[0].Forward(x);
        if (Query is not null)
        {
            var latent = QueryNorm!.Forward(q);
            observe?.Invoke(Query, latent);
            q = Query.Forward(latent);
        }

        var down = Inputs.Linears[1].Forward(x);
        var (batch, length, rank) = (x.shape[0], x.shape[1], KeyValueUp.Linears[0].Weight.shape[1]);
        var keyValues = KeyValueNorm.Forward(down.narrow(2, 0, rank));
        observe?.Invoke(KeyValueUp, keyValues);
        var up = KeyValueUp.Forward(keyValues).view(batch, length, Sizes.Heads, -1);
        var rotary = down.narrow(2, rank, down.shape[2] - rank).unsqueeze(2).expand(batch, length, Sizes.Heads, -1);
        return (q, cat([up.narrow(3, 0, Sizes.PlainKey), rotary], 3), up.narrow(3, Sizes.PlainKey, up.shape[3] - Sizes.PlainKey));
    }

    internal override Projection With(Func<Linear, Linear> swap) => this with { Inputs = Inputs.With(swap), Query = Query?.With(swap), KeyValueUp = KeyValueUp.With(swap) };
}

/// <summary>How many heads a latent attention has, and the dimensions of a key without position.</summary>
public readonly record struct LatentSizes(int Heads, int PlainKey);

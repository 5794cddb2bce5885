namespace Harness.Models.Decoders.Layouts;

/// <summary>How an attention's queries, keys and values come about.</summary>
public abstract record ProjectionLayout
{
    /// <summary>Its linears in the reference's order.</summary>
    public abstract IReadOnlyList<LinearLayout> Linears { get; }

    /// <summary>The same by the input they share.</summary>
    public virtual IEnumerable<InputLayout> ByInput => [new InputLayout([.. Linears])];

    /// <summary>Its norms.</summary>
    public virtual IEnumerable<NormLayout?> Norms => [];

    internal abstract Projection Read(WeightReader reader, string prefix);
}

/// <summary>What a projection of the attention makes.</summary>
public enum AttentionRole
{
    Query, Key, Value,
}

/// <summary>A matrix each, in the order in which the reference lists the modules.</summary>
public sealed record SeparateLayout(params IReadOnlyList<(AttentionRole Role, LinearLayout Linear)> Roles) : ProjectionLayout
{
    public override IReadOnlyList<LinearLayout> Linears => [.. Roles.Select(role => role.Linear)];

    internal override Projection Read(WeightReader reader, string prefix)
    {
        var linears = Roles.ToDictionary(role => role.Role, role => reader.Linear(prefix, role.Linear));
        return new SeparateProjection(
            new LinearGroup([.. Roles.Select(role => linears[role.Role])]), linears[AttentionRole.Query], linears[AttentionRole.Key], linears[AttentionRole.Value]);
    }
}

/// <summary>One matrix, whose <see cref="LinearLayout.Split"/> says which rows are q, k and v.</summary>
public sealed record FusedLayout(LinearLayout Joint) : ProjectionLayout
{
    public override IReadOnlyList<LinearLayout> Linears => [Joint];

    internal override Projection Read(WeightReader reader, string prefix) => new FusedProjection(new LinearGroup(reader.Linear(prefix, Joint)));
}

/// <summary>
/// DeepSeek-V2's latent attention (arXiv 2405.04434): keys and values come from a narrow latent by way of a norm; beside it, one key for all heads carries the
/// positions. Queries come directly, or from a latent of their own.
/// </summary>
public sealed record LatentLayout : ProjectionLayout
{
    /// <summary>From the hidden size, or from the queries' latent, to heads · (plain + rotary) rows.</summary>
    public required LinearLayout Query { get; init; }

    /// <summary>To the queries' latent, where there is one.</summary>
    public LinearLayout? QueryDown { get; init; }

    public NormLayout? QueryNorm { get; init; }

    /// <summary>To the latent and the shared rotary key.</summary>
    public required LinearLayout KeyValueDown { get; init; }

    public required NormLayout KeyValueNorm { get; init; }

    /// <summary>From the latent to heads · (plain key + value) rows.</summary>
    public required LinearLayout KeyValueUp { get; init; }

    public required LatentSizes Sizes { get; init; }

    public override IReadOnlyList<LinearLayout> Linears => QueryDown is null ? [Query, KeyValueDown, KeyValueUp] : [QueryDown, Query, KeyValueDown, KeyValueUp];

    public override IEnumerable<InputLayout> ByInput => QueryDown is null
        ? [new InputLayout(Query, KeyValueDown), new InputLayout(KeyValueUp)]
        : [new InputLayout(QueryDown, KeyValueDown), new InputLayout(Query), new InputLayout(KeyValueUp)];

    public override IEnumerable<NormLayout?> Norms => [QueryNorm, KeyValueNorm];

    internal override Projection Read(WeightReader reader, string prefix)
    {
        var (query, down) = (reader.Linear(prefix, Query), reader.Linear(prefix, KeyValueDown));
        var queryDown = QueryDown is null ? null : reader.Linear(prefix, QueryDown);
        return new LatentProjection(
            new LinearGroup([queryDown ?? query, down]),
            queryDown is null ? null : new LinearGroup(query),
            QueryNorm is null ? null : reader.Norm(prefix, QueryNorm),
            reader.Norm(prefix, KeyValueNorm),
            new LinearGroup(reader.Linear(prefix, KeyValueUp)),
            Sizes);
    }
}

using Harness.Models.Checkpoints;

namespace Harness.Models.Cost;

/// <summary>The products of a decoder: what its linears and its attention multiply. Read off the config; no weights are touched.</summary>
/// <param name="Inputs">A block's linears by the input they share.</param>
/// <param name="AttentionWidth">Heads · head size.</param>
public sealed record ModelShape(int Layers, IReadOnlyList<InputShape> Inputs, long AttentionWidth, Product Head)
{
    /// <summary>A block's linears.</summary>
    public IEnumerable<Product> Linears => Inputs.SelectMany(input => input.Linears);

    /// <summary>That of a config; every block counts as the last one (the first may lack experts).</summary>
    public static ModelShape Of(ModelConfig config)
    {
        var block = config.Layout.Block(config.Layers - 1);
        return new ModelShape(
            config.Layers,
            [.. block.ByInput.Select(group => new InputShape([.. group.Linears.Select(linear => new Product(linear.Columns, linear.Rows))], group.Share))],
            (long)block.Attention.Heads * block.Attention.HeadDim,
            new Product(config.EmbeddingSize, config.VocabSize));
    }
}

/// <summary>Linears that read the same input.</summary>
/// <param name="Share">Of the tokens that get there: below 1 for an expert's.</param>
public sealed record InputShape(IReadOnlyList<Product> Linears, double Share)
{
    /// <summary>The input's.</summary>
    public long Width => Linears[0].In;
}

/// <summary>The shape of a linear layer's weight: from <paramref name="In"/> to <paramref name="Out"/>.</summary>
public readonly record struct Product(long In, long Out)
{
    public override string ToString() => $"{In} → {Out}";

    /// <summary>Multiplications and additions for so many tokens.</summary>
    public double Flops(double tokens) => 2.0 * tokens * In * Out;
}

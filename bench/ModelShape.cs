using Harness.Models;

namespace Harness.Bench;

/// <summary>The products of a decoder: what its linears and its attention multiply.</summary>
/// <param name="Groups">A block's linears by the input they share, each [in, out].</param>
/// <param name="AttentionWidth">Heads · head size.</param>
internal sealed record ModelShape(int Layers, IReadOnlyList<IReadOnlyList<Product>> Groups, long AttentionWidth, Product Head)
{
    /// <summary>A block's linears.</summary>
    public IEnumerable<Product> Linears => Groups.SelectMany(group => group);

    /// <summary>Reads it off a model's first block.</summary>
    public static ModelShape Of(CausalLM model)
    {
        var config = model.Config;
        var attention = config.Layout.Block(0).Attention;
        foreach (var block in model.Blocks())
        {
            var groups = block.Groups.Select(group => (IReadOnlyList<Product>)[.. group.Linears.Select(linear => new Product(linear.Weight.shape[1], linear.Weight.shape[0]))]);
            return new ModelShape(config.Layers, [.. groups], (long)attention.Heads * attention.HeadDim, new Product(config.EmbeddingSize, config.VocabSize));
        }

        throw new InputException($"{model.Folder.Path} is a model without layers: there is nothing to measure.");
    }
}

/// <summary>The shape of a linear layer's weight: from <paramref name="In"/> to <paramref name="Out"/>.</summary>
internal readonly record struct Product(long In, long Out)
{
    public override string ToString() => $"{In} → {Out}";

    /// <summary>Multiplications and additions for so many tokens.</summary>
    public double Flops(long tokens) => 2.0 * tokens * In * Out;
}

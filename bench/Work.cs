namespace Harness.Bench;

/// <summary>Floating-point operations that a piece of work cannot do without: those of linears by their shape, and all others.</summary>
internal sealed class Work
{
    private readonly Dictionary<Product, double> _linears = [];

    /// <summary>Products that are no linear's: attention, Gram matrices, factorisations, updates.</summary>
    public double Others { get; private set; }

    /// <summary>All of them.</summary>
    public double Flops => _linears.Values.Sum() + Others;

    /// <summary>The linears by their shape.</summary>
    public IReadOnlyDictionary<Product, double> Linears => _linears;

    /// <summary>
    /// Pruning a model block by block on so many sequences: each block is observed (all linears but the last, and the attention), then, but for the last block,
    /// the tokens go through its pruned form. Statistics other than a Gram matrix and the masks themselves count as nothing.
    /// </summary>
    /// <param name="gram">SparseGPT: the Gram matrix of every input, its factorisation, and the updates of the weights.</param>
    public static Work OfPruning(ModelShape model, long sequences, long length, bool gram)
    {
        var work = new Work();
        var tokens = sequences * length;
        for (var layer = 0; layer < model.Layers; layer++)
        {
            work.AddAttention(model, sequences, length);
            work.AddLinears(model.Linears.SkipLast(1), tokens);
            if (layer < model.Layers - 1)
            {
                work.AddAttention(model, sequences, length);
                work.AddLinears(model.Linears, tokens);
            }

            foreach (var group in gram ? model.Groups : [])
            {
                work.AddSparseGpt(group, tokens);
            }
        }

        return work;
    }

    /// <summary>Sending sequences through all blocks and the output head.</summary>
    public static Work OfScoring(ModelShape model, long sequences, long length)
    {
        var work = new Work();
        for (var layer = 0; layer < model.Layers; layer++)
        {
            work.AddAttention(model, sequences, length);
            work.AddLinears(model.Linears, sequences * length);
        }

        work.AddLinears([model.Head], sequences * (length - 1));
        return work;
    }

    /// <summary>
    /// A step of training: forwards, then the gradients of what linears and attention read, and, where all weights are trained, those of the weights. Nothing is computed twice.
    /// </summary>
    public static Work OfTraining(ModelShape model, long sequences, long length, bool allWeights)
    {
        var work = OfScoring(model, sequences, length);
        for (var layer = 0; layer < model.Layers; layer++)
        {
            // ∂q, ∂k, ∂v and ∂shares: twice what the forward pass multiplies
            work.AddAttention(model, sequences, length);
            work.AddAttention(model, sequences, length);
        }

        for (var times = allWeights ? 2 : 1; times > 0; times--)
        {
            work.AddLinears(Enumerable.Repeat(model.Linears, model.Layers).SelectMany(linears => linears), sequences * length);
            work.AddLinears([model.Head], sequences * (length - 1));
        }

        return work;
    }

    private void AddLinears(IEnumerable<Product> linears, long tokens)
    {
        foreach (var linear in linears)
        {
            _linears[linear] = _linears.GetValueOrDefault(linear) + linear.Flops(tokens);
        }
    }

    /// <summary>q·kᵀ and shares·v, for each query over the keys up to its own position.</summary>
    private void AddAttention(ModelShape model, long sequences, long length) =>
        Others += 2 * 2.0 * sequences * model.AttentionWidth * (length * (length + 1) / 2);

    private void AddSparseGpt(IReadOnlyList<Product> group, long tokens)
    {
        double width = group[0].In;
        Others += tokens * width * width; // XᵀX is symmetric: half of it
        Others += 4.0 / 3 * width * width * width; // Cholesky, inverse, Cholesky
        Others += group.Sum(linear => linear.Out * width * width); // each column updates those to its right
    }
}

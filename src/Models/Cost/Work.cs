namespace Harness.Models.Cost;

/// <summary>Floating-point operations that a piece of work cannot do without: those of linears by their shape, and all others.</summary>
public sealed class Work(ModelShape model)
{
    private readonly Dictionary<Product, double> _linears = [];

    /// <summary>Products that are no linear's: attention, Gram matrices, factorisations, updates.</summary>
    public double Others { get; private set; }

    /// <summary>Those of <see cref="Others"/> that are done in float64: Gram matrices and their factors.</summary>
    public double Doubles { get; private set; }

    /// <summary>All of them.</summary>
    public double Flops => _linears.Values.Sum() + Others;

    /// <summary>The linears by their shape.</summary>
    public IReadOnlyDictionary<Product, double> Linears => _linears;

    /// <summary>Looking at every input of so many blocks: all their linears but those that read the last input, and the attention.</summary>
    public Work Observe(long sequences, long length, int blocks) => Add(model.Inputs.SkipLast(1), sequences, length, blocks);

    /// <summary>Sending sequences through so many blocks.</summary>
    public Work Propagate(long sequences, long length, int blocks) => Add(model.Inputs, sequences, length, blocks);

    /// <summary>Logits of so many tokens.</summary>
    public Work Head(long tokens)
    {
        Add(model.Head, tokens);
        return this;
    }

    /// <summary>The Gram matrices of so many blocks' inputs, summed over so many tokens and each factored.</summary>
    public Work Gram(long tokens, int blocks)
    {
        foreach (var input in model.Inputs)
        {
            double width = input.Width;
            // XᵀX is symmetric: half of it; then Cholesky and the inverse of a triangle
            var flops = blocks * ((tokens * input.Share * width * width) + (2.0 / 3 * width * width * width));
            (Others, Doubles) = (Others + flops, Doubles + flops);
        }

        return this;
    }

    /// <summary>A sweep over the columns of every linear of so many blocks: each column updates those to its right.</summary>
    public Work Updates(int blocks)
    {
        Others += blocks * model.Inputs.Sum(input => input.Linears.Sum(linear => (double)linear.Out * input.Width * input.Width));
        return this;
    }

    /// <summary>The gradients of what linears and attention read, and of the linears' weights where all of them are trained; the head's among them.</summary>
    public Work Backward(long sequences, long length, bool allWeights)
    {
        // ∂q, ∂k, ∂v and ∂shares: twice what the forward pass multiplies
        AddAttention(sequences, length, 2 * model.Layers);
        for (var times = allWeights ? 2 : 1; times > 0; times--)
        {
            AddLinears(model.Inputs, sequences * length, model.Layers);
            Add(model.Head, sequences * (length - 1));
        }

        return this;
    }

    /// <summary>LoRA's matrices beside some linears, forwards and backwards: what A and B make, and the gradients of A, of B, and of what each of them reads.</summary>
    public Work Adapters(long tokens, int rank, IEnumerable<Product> linears)
    {
        Others += linears.Sum(linear => 3 * (new Product(linear.In, rank).Flops(tokens) + new Product(rank, linear.Out).Flops(tokens)));
        return this;
    }

    private Work Add(IEnumerable<InputShape> inputs, long sequences, long length, int blocks)
    {
        AddAttention(sequences, length, blocks);
        AddLinears(inputs, sequences * length, blocks);
        return this;
    }

    private void AddLinears(IEnumerable<InputShape> inputs, long tokens, int blocks)
    {
        foreach (var input in inputs)
        {
            foreach (var linear in input.Linears)
            {
                Add(linear, tokens * input.Share * blocks);
            }
        }
    }

    private void Add(Product linear, double tokens) => _linears[linear] = _linears.GetValueOrDefault(linear) + linear.Flops(tokens);

    /// <summary>q·kᵀ and shares·v, for each query over the keys up to its own position.</summary>
    private void AddAttention(long sequences, long length, int blocks) =>
        Others += blocks * 2 * 2.0 * sequences * model.AttentionWidth * (length * (length + 1) / 2);
}

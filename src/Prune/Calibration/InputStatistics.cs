using Harness.Models.Decoders;

namespace Harness.Prune.Calibration;

/// <summary>What a method wants to know of a linear's input.</summary>
[Flags]
public enum StatisticKinds
{
    /// <summary>Nothing: no calibration pass is run.</summary>
    None = 0,

    /// <summary>The squared norm of every input column.</summary>
    ColumnSquares = 1,

    /// <summary>The Gram matrix XᵀX, from which the Hessian comes.</summary>
    Gram = 2,

    /// <summary>The squared norm of every input column, sequence k from 1 weighted by 2 / k.</summary>
    DecayingColumnSquares = 4,
}

/// <summary>
/// Sums over the calibration tokens of one input X: [tokens, in], shared by all linears that read it. Divided by the number of sequences (not tokens), as in the
/// authors' code; theirs is a running mean in float32, the same number up to rounding.
/// </summary>
public sealed class InputStatistics : IDisposable
{
    // Wide enough for full speed, narrow enough that little beyond the diagonal is computed twice.
    private const long PanelWidth = 192;

    private readonly Tensor? _squares;
    private readonly Tensor? _gram;
    private readonly Tensor? _decaying;
    private readonly Dictionary<double, HessianFactor> _factors = [];

    public InputStatistics(long columns, StatisticKinds kinds, Device device)
    {
        Columns = columns;
        _squares = kinds.HasFlag(StatisticKinds.ColumnSquares) ? zeros([columns], float64, device).DetachFromDisposeScope() : null;
        _decaying = kinds.HasFlag(StatisticKinds.DecayingColumnSquares) ? zeros([columns], float64, device).DetachFromDisposeScope() : null;
        _gram = kinds.HasFlag(StatisticKinds.Gram) ? zeros([columns, columns], float64, device).DetachFromDisposeScope() : null;
    }

    /// <summary>Width of the input.</summary>
    public long Columns { get; }

    /// <summary>Sequences seen so far.</summary>
    public long Sequences { get; private set; }

    /// <summary>Tokens seen so far.</summary>
    public long Tokens { get; private set; }

    /// <summary>Adds a batch. x: [batch, length, in].</summary>
    public void Add(Tensor x)
    {
        using var scope = NewDisposeScope();
        AddDecaying(x);
        Sequences += x.shape[0];
        var rows = Summed(x.reshape(-1, Columns));
        Tokens += rows.shape[0];
        if (_squares is not null)
        {
            Fused.ColumnSquareSum(_squares, rows);
        }

        if (_gram is not null)
        {
            // The inverse amplifies every rounding of H by its condition: in float32, masks hang on the order of the sums.
            AddUpper(rows.to(float64));
        }
    }

    /// <summary>What the sums are of: values of float32, whatever was computed in. those of half precision are among them, and the sums take them as they are (float16 on a GPU).</summary>
    private static Tensor Summed(Tensor rows) => rows.dtype == bfloat16 || (rows.dtype == float16 && rows.device.type == DeviceType.CUDA) ? rows : rows.to(float32);

    private void AddDecaying(Tensor x)
    {
        for (var i = 0; _decaying is not null && i < x.shape[0]; i++)
        {
            using var sequence = NewDisposeScope();
            var squares = zeros_like(_decaying);
            Fused.ColumnSquareSum(squares, Summed(x.select(0, i).reshape(-1, Columns)));
            _decaying.add_(squares, 2.0 / (Sequences + i + 1));
        }
    }

    /// <summary>The Gram matrix is symmetric: panel by panel of rows, only what stands from the diagonal on is summed.</summary>
    private void AddUpper(Tensor x)
    {
        for (long first = 0; first < Columns; first += PanelWidth)
        {
            using var panel = NewDisposeScope();
            var (width, rest) = (Math.Min(PanelWidth, Columns - first), Columns - first);
            _gram!.narrow(0, first, width).narrow(1, first, rest).addmm_(x.narrow(1, first, width).t(), x.narrow(1, first, rest));
        }
    }

    /// <summary>Adds what was summed elsewhere, as one sequence. gram: [in, in], float64.</summary>
    internal void AddGram(Tensor gram)
    {
        Sequences++;
        Required(_gram).add_(gram);
    }

    /// <summary>s: [in], s_j = (1/n) Σ x_j² over all tokens of n sequences, float32: Wanda's squared input norm.</summary>
    public Tensor MeanColumnSquares() => Required(_squares).div(Sequences).to(float32);

    /// <summary>[in], (1/n) Σ_k (2/k) Σ x_j² over the tokens of sequence k, float32: the norm that the code of Wanda's ablations comes to by scaling twice.</summary>
    public Tensor DecayingColumnSquares() => Required(_decaying).div(Sequences).to(float32);

    /// <summary>XᵀX over all tokens: [in, in], float64.</summary>
    public Tensor Gram()
    {
        using var scope = NewDisposeScope();
        var upper = Required(_gram).triu();
        return upper.add_(upper.triu(1).t()).MoveToOuterDisposeScope();
    }

    /// <summary>H = (2/n) Σ XᵀX: [in, in], float64.</summary>
    public Tensor Hessian() => Gram().mul_(2.0 / Sequences);

    /// <summary>The same from the diagonal on; what stands below it means nothing.</summary>
    internal Tensor UpperHessian() => Required(_gram).mul(2.0 / Sequences);

    /// <summary>The factor of the inverse Hessian, made once for all linears that share this input.</summary>
    /// <param name="damping">Share of the mean diagonal that is added to it.</param>
    public HessianFactor Factor(double damping = HessianFactor.UsualDamping)
    {
        if (!_factors.TryGetValue(damping, out var factor))
        {
            factor = _factors[damping] = HessianFactor.Of(this, damping);
        }

        return factor;
    }

    /// <summary>Refuses NaN and infinity with the place where they were seen.</summary>
    public void CheckFinite(DecoderBlock block, LinearGroup group)
    {
        using var scope = NewDisposeScope();
        if ((_squares ?? _decaying ?? _gram?.diagonal()) is { } sums && !sums.isfinite().all().item<bool>())
        {
            throw new InputException(
                $"The input of {group.Name} in layer {block.Index} holds NaN or infinity during calibration, so nothing can be measured there. Does the dense model work on this text?");
        }
    }

    public void Dispose()
    {
        _squares?.Dispose();
        _gram?.Dispose();
        _decaying?.Dispose();
        foreach (var factor in _factors.Values)
        {
            factor.Dispose();
        }
    }

    private static Tensor Required(Tensor? sum) => sum ?? throw new InvalidOperationException("This statistic was not asked for.");
}

using System.Diagnostics;
using Harness.Models.Cost;

namespace Harness.Bench;

/// <summary>
/// How fast this machine multiplies matrices of the model's own shapes, with as many tokens at a time as the model takes. Measured again beside every piece of
/// work that is compared with it, since a shared machine is not equally fast all the time.
/// </summary>
internal sealed class GemmRate(ScalarType dtype = ScalarType.Float32) : IDisposable
{
    private const int Rounds = 7;

    private readonly Dictionary<Product, Operands> _operands = [];

    /// <summary>What is multiplied.</summary>
    public IEnumerable<Product> Shapes => _operands.Keys;

    /// <summary>Takes a shape up, with so many rows of input.</summary>
    public GemmRate With(long tokens, params IEnumerable<Product> shapes)
    {
        foreach (var shape in shapes.Distinct())
        {
            _operands[shape] = new Operands(randn([tokens, shape.In]).to(dtype), randn([shape.Out, shape.In]).to(dtype), tokens, new Timing());
        }

        return this;
    }

    /// <summary>FLOP/s of a shape: the median of all rounds.</summary>
    public double Median(Product shape) => shape.Flops(_operands[shape].Tokens) / _operands[shape].Timing.Median;

    /// <summary>FLOP/s of a shape in its quickest round.</summary>
    public double Best(Product shape) => shape.Flops(_operands[shape].Tokens) / _operands[shape].Timing.Best;

    /// <summary>Some rounds of every shape, beside those so far.</summary>
    public GemmRate Measure()
    {
        using var _ = no_grad();
        foreach (var (x, weight, _, timing) in _operands.Values)
        {
            void Multiply() => nn.functional.linear(x, weight).Dispose();
            Multiply();
            timing.Add(Rounds, Multiply);
        }

        return this;
    }

    /// <summary>So many seconds of them: what a processor keeps up for a moment, it may not keep up for long.</summary>
    public GemmRate Measure(double seconds)
    {
        var start = Stopwatch.GetTimestamp();
        do
        {
            Measure();
        }
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds);
        return this;
    }

    /// <summary>Forgets the rounds so far.</summary>
    public GemmRate Restart()
    {
        foreach (var operands in _operands.Values)
        {
            operands.Timing.Clear();
        }

        return this;
    }

    /// <summary>The seconds that a piece of work needs at these rates: linears at that of their shape, all else at that of the linears together.</summary>
    public double Floor(Work work)
    {
        var linears = work.Linears.Sum(linear => linear.Value / Median(linear.Key));
        return linears + (work.Others * linears / work.Linears.Values.Sum());
    }

    public void Dispose()
    {
        foreach (var operands in _operands.Values)
        {
            operands.X.Dispose();
            operands.Weight.Dispose();
        }
    }

    private readonly record struct Operands(Tensor X, Tensor Weight, long Tokens, Timing Timing);
}

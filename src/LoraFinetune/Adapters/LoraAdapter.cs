using System.Numerics;
using Harness.Data.Sampling;
using Harness.LoraFinetune.Recipes;
using Harness.Models;
using Harness.Models.Decoders;
using Harness.Models.Decoders.Layouts;

namespace Harness.LoraFinetune.Adapters;

/// <summary>Low-rank matrices beside some linears of a model (LoRA, Hu et al. 2021, arXiv 2106.09685), float32, in PEFT's layout on disk (<see cref="PeftFolder"/>).</summary>
public sealed class LoraAdapter : IDisposable
{
    /// <param name="shape">What it was asked for; linears may differ where a file says so.</param>
    /// <param name="linears">By the name of the linear's weight, in the model's order; belong to it from now on.</param>
    internal LoraAdapter(LoraShape shape, IReadOnlyList<KeyValuePair<string, LowRank>> linears) => (Shape, Linears) = (shape, linears);

    /// <summary>Rank, α, dropout and what it was put beside.</summary>
    public LoraShape Shape { get; }

    /// <summary>By the name of the linear's weight, in the model's order.</summary>
    public IReadOnlyList<KeyValuePair<string, LowRank>> Linears { get; }

    /// <summary>How a model computes with it.</summary>
    public WeightOverlay Overlay => WeightOverlay.None with { Adapters = Linears.ToDictionary() };

    /// <summary>A new one that changes nothing yet: A uniform between ± 1/√in, as PEFT's; B zero.</summary>
    /// <param name="seed">Of Python's random.Random, which A is drawn from, matrix by matrix in the model's order, row by row.</param>
    /// <exception cref="InputException">The model has none of the linears.</exception>
    public static LoraAdapter New(CausalLM model, LoraShape shape, BigInteger seed)
    {
        var random = new PythonRandom(seed);
        return new LoraAdapter(shape, [.. Targets(model, shape.Targets).Select(target => KeyValuePair.Create(target.Parameter, New(target.Linear, shape, random, model.Device)))]);
    }

    /// <summary>Where a model is adapted, each with its weight's name: the linears whose names end in one of these parts; all for none.</summary>
    public static IReadOnlyList<(string Parameter, LinearLayout Linear)> Targets(CausalLM model, IReadOnlyList<string> names)
    {
        var linears = model.Linears.ToList();
        var found = names.Count == 0 ? linears : linears.Where(linear => names.Any(name => IsNamed(linear.Parameter, name))).ToList();
        return found.Count > 0 ? found : throw new InputException(
            $"{model.Folder.Path} has no linear named {string.Join(", ", names)}. Use --targets with some of {string.Join(", ", linears.Select(linear => LastPart(linear.Parameter)).Distinct())}, or all.");
    }

    /// <summary>The last part of a linear's name: <c>q_proj</c>.</summary>
    internal static string LastPart(string parameter) => parameter[..^".weight".Length].Split('.')[^1];

    /// <summary>Whether the module of this weight is meant: by the end of its name, at a dot.</summary>
    internal static bool IsNamed(string parameter, string name) =>
        parameter.EndsWith($".{name}.weight", StringComparison.Ordinal) || parameter == $"{name}.weight";

    public void Dispose()
    {
        foreach (var (_, low) in Linears)
        {
            low.A.Dispose();
            low.B.Dispose();
        }
    }

    private static LowRank New(LinearLayout linear, LoraShape shape, PythonRandom random, Device device)
    {
        using var scope = NewDisposeScope();
        var bound = 1 / Math.Sqrt(linear.Columns);
        var values = new float[shape.Rank * linear.Columns];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)((2 * random.Double() - 1) * bound);
        }

        return new LowRank(
            tensor(values, device: device).view(shape.Rank, linear.Columns).clone().DetachFromDisposeScope(), zeros([linear.Rows, shape.Rank], float32, device).DetachFromDisposeScope(), shape.Alpha / shape.Rank);
    }
}

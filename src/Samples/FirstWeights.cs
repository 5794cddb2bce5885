using System.Numerics;
using Harness.Models.Decoders.Layouts;

namespace Harness.Samples;

/// <summary>
/// What a sample model's training begins with: matrices normal around 0, biases 0, norms 1, as GPT-2, Llama and OPT begin, but for two things.
/// Keys begin as queries do, so that at first a token looks for its like (after Trockman and Kolter 2023, arXiv 2305.09828).
/// And every feature that a linear of a block reads has a scale of its own, log-normal, which the columns that read it undo: the model computes the same as without. Large models come to features of uneven scale in
/// long trainings (Dettmers et al. 2022, arXiv 2208.07339); they set a weight's size apart from what it does, which is why magnitude and Wanda differ. A training as short as the samples' would not make them.
/// </summary>
internal sealed class FirstWeights
{
    /// <summary>Deviation of the linears that read the residual stream.</summary>
    public const double Deviation = 0.08;

    // what is added to the residual stream begins small beside what is in it
    private const double AddedDeviation = 0.024;
    private const double EmbeddingDeviation = 0.1;
    private const double PositionDeviation = 0.02;
    private const double HeadDeviation = 0.02;

    // of the logarithms of the features' scales
    private const double Spread = 1.25;

    private readonly string _model;
    private readonly BigInteger _seed;
    private readonly Dictionary<string, Start> _matrices = [];
    private readonly Dictionary<string, float[]> _norms = [];

    /// <param name="layout">A decoder whose blocks have separate queries, keys and values and norms before attention and feed-forward part.</param>
    /// <param name="model">Its name: what the draws belong to.</param>
    public FirstWeights(DecoderLayout layout, string model, BigInteger seed)
    {
        (_model, _seed) = (model, seed);
        Add(layout.Base + layout.Embedding.Name, EmbeddingDeviation);
        Add(layout.Head.Name, HeadDeviation);
        if (layout.Embedding.Positions is { } positions)
        {
            Add(layout.Base + positions.Name, PositionDeviation);
        }

        for (var block = 0; block < layout.Blocks; block++)
        {
            Add(layout.Block(block), layout.PrefixOf(block));
        }
    }

    /// <summary>The values of a tensor of the layout, row by row.</summary>
    public float[] Of(ParameterShape parameter)
    {
        var values = new float[parameter.Shape.Aggregate(1L, (product, size) => product * size)];
        if (_matrices.GetValueOrDefault(parameter.Name) is { } start)
        {
            var (draws, width) = (new Draws(_seed, $"{_model} {start.Drawn}"), (int)parameter.Shape[1]);
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = (float)(start.Deviation * draws.Normal()) * (start.Rows?[i / width] ?? 1) / (start.Columns?[i % width] ?? 1);
            }
        }
        else if (_norms.GetValueOrDefault(parameter.Name) is { } norm)
        {
            norm.CopyTo(values, 0);
        }
        else if (parameter.Name.EndsWith(".weight", StringComparison.Ordinal))
        {
            values.AsSpan().Fill(1);
        }

        return values;
    }

    /// <summary>Norms scale what attention and feed-forward part read; values, and what goes up, scale what the output and down read.</summary>
    private void Add(BlockLayout block, string prefix)
    {
        var (attention, mlp) = (((SeparateLayout)block.Attention.Inputs).Roles.ToDictionary(role => role.Role, role => prefix + role.Linear.Name), (MlpLayout)block.Mlp);
        var (output, down) = (prefix + block.Attention.Output.Name, prefix + mlp.Down.Name);
        var (read, held) = (Scales(prefix, block.AttentionNorm!.Name!, block.AttentionNorm.Width), Scales(prefix, output, block.Attention.Output.Columns));
        var (fed, risen) = (Scales(prefix, block.MlpNorm!.Name!, block.MlpNorm.Width), Scales(prefix, down, mlp.Down.Columns));
        _norms[$"{prefix}{block.AttentionNorm.Name}.weight"] = read;
        _norms[$"{prefix}{block.MlpNorm.Name}.weight"] = fed;
        Add(attention[AttentionRole.Query], Deviation, columns: read);
        Add(attention[AttentionRole.Key], Deviation, columns: read, drawn: attention[AttentionRole.Query]);
        Add(attention[AttentionRole.Value], Deviation, rows: held, columns: read);
        Add(output, AddedDeviation, columns: held);
        foreach (var up in mlp.Up)
        {
            // a gate goes through an activation, which no scale passes; what goes up, or through ReLU, does
            Add(prefix + up.Name, Deviation, rows: up == mlp.Up[^1] ? risen : null, columns: fed);
        }

        Add(down, AddedDeviation, columns: risen);
    }

    private void Add(string name, double deviation, float[]? rows = null, float[]? columns = null, string? drawn = null) =>
        _matrices[$"{name}.weight"] = new Start(deviation, $"{drawn ?? name}.weight", rows, columns);

    private float[] Scales(string prefix, string input, long features)
    {
        var draws = new Draws(_seed, $"{_model} features of {prefix}{input}");
        return [.. Enumerable.Range(0, (int)features).Select(_ => (float)Math.Exp(Spread * draws.Normal()))];
    }

    /// <summary>A matrix: the name that its draws belong to, and what its rows are multiplied with and its columns divided by.</summary>
    private sealed record Start(double Deviation, string Drawn, float[]? Rows, float[]? Columns);
}

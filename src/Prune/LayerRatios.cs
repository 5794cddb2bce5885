using System.Text.Json;
using Harness.Models;

namespace Harness.Prune;

/// <summary>How much goes from each decoder layer, where that is not the same everywhere.</summary>
public abstract record LayerRatios
{
    private const string Name = "layer-ratios";

    internal static IReadOnlyList<KnownOption> Options { get; } =
    [
        new(Name, "owl|FILE", "Prune layers by different ratios: OWL's, from a dense pass, or those of a JSON list with one number for each layer.", IsFile: true),
        .. OwlRatios.Options,
    ];

    /// <summary>Whether calibration tokens are looked at.</summary>
    public abstract bool IsCalibrated { get; }

    /// <summary>Refuses ratios that do not go with this model.</summary>
    public virtual void Check(CausalLM model)
    {
    }

    /// <summary>What the measurement depends on beside model and calibration: those that are equal in it share one.</summary>
    internal virtual object? Measured => null;

    /// <summary>A number for each layer of the dense model, from which the ratios follow; none where nothing is measured.</summary>
    /// <param name="calibration">The first block's input; left as it is. Null where none is needed.</param>
    internal virtual IReadOnlyList<double> Measure(CausalLM model, HiddenStates? calibration) => [];

    /// <summary>The ratio of each layer.</summary>
    /// <param name="ratio">Asked for on the whole.</param>
    /// <param name="measured">By <see cref="Measure"/>.</param>
    internal abstract IReadOnlyList<double> Of(double ratio, IReadOnlyList<double> measured);

    internal static LayerRatios? Read(Settings settings)
    {
        var given = settings.Text(Name);
        if (given == "owl")
        {
            return OwlRatios.Read(settings);
        }

        if (OwlRatios.Options.FirstOrDefault(option => settings.Has(option.Name)) is { } option)
        {
            throw new InputException($"Option {option.Name} belongs to layer-ratios owl. Give both, or leave {option.Name} out.");
        }

        return given is null ? null : GivenRatios.Read(given);
    }
}

/// <summary>Ratios that a file gives.</summary>
internal sealed record GivenRatios(string Path, IReadOnlyList<double> Ratios) : LayerRatios
{
    public override bool IsCalibrated => false;

    public override void Check(CausalLM model)
    {
        if (Ratios.Count != model.Config.Layers)
        {
            throw new InputException($"{Path} holds {Ratios.Count} ratios, and the model has {model.Config.Layers} layers. Give one number for each.");
        }
    }

    internal static GivenRatios Read(string path)
    {
        try
        {
            var ratios = JsonSerializer.Deserialize<double[]>(File.ReadAllText(path)) ?? [];
            return ratios.Length > 0 && ratios.All(ratio => ratio is >= 0 and < 1) ? new GivenRatios(path, ratios) : throw NoRatios(path);
        }
        catch (JsonException)
        {
            throw NoRatios(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} cannot be read for layer-ratios: give 'owl' or a JSON file with a list of ratios, one for each layer.", e);
        }
    }

    internal override IReadOnlyList<double> Of(double ratio, IReadOnlyList<double> measured) => Ratios;

    private static InputException NoRatios(string path) => new($"{path} does not hold a JSON list of numbers from 0 up to below 1, such as [0.5, 0.6]: the share to prune of each layer.");
}

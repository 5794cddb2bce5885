using Harness.Models;
using Harness.Models.Decoders.Layouts;
using Harness.Prune.Gradients;

namespace Harness.Prune.Methods;

/// <summary>A method's gradients: the file and the statistic that its options name, opened when first used.</summary>
internal sealed class GradientOptions
{
    private static readonly KnownOption File = new(
        "gradients", "FILE", "Gradient statistics: what harness gradients writes, or a .pth of the authors' code.", IsFile: true);

    private static readonly KnownOption Statistic = new("statistic", "l2|l1", "Which gradient statistic, where the file has several (default: l2).");

    private readonly Lazy<GradientFile> _file;

    private GradientOptions(string path, string statistic) => _file = new(() => GradientFile.Open(path, statistic));

    /// <summary>Both options.</summary>
    public static IReadOnlyList<KnownOption> All { get; } = [File, Statistic];

    /// <summary>Reads them; null where the file is not given.</summary>
    public static GradientOptions? Read(Settings settings)
    {
        var statistic = settings.Choice(Statistic.Name, GradientKeys.Statistics[0], [.. GradientKeys.Statistics]);
        return settings.Text(File.Name) is { } path ? new GradientOptions(path, statistic) : null;
    }

    /// <summary>The same where a file must be given.</summary>
    /// <param name="why">Who needs it.</param>
    public static GradientOptions Required(Settings settings, string why) =>
        Read(settings) ?? throw new InputException($"{why} needs gradients. Give --{File.Name} FILE, which harness gradients writes.");

    /// <summary>Refuses a file that some linear is missing from.</summary>
    public void Check(CausalLM model, IReadOnlyList<(string Parameter, LinearLayout Linear)> linears) =>
        _file.Value.Check(model, linears.Select(linear => linear.Parameter).ToHashSet());

    /// <summary>A linear's statistic: a new tensor [out, in], float32.</summary>
    public Tensor Of(PrunableLinear linear)
    {
        using var scope = NewDisposeScope();
        var whole = _file.Value.Load(linear.Linear.Name, linear.Layer, linear.W.device);
        return (linear.Rows is null ? whole : whole.index_select(0, linear.Rows)).MoveToOuterDisposeScope();
    }
}

using System.IO.Enumeration;
using Harness.Models;

namespace Harness.Prune;

/// <summary>
/// Which linears of a model are pruned, by patterns over their names in the checkpoint (<c>model.layers.0.mlp.*</c>; <c>*</c> any text, <c>?</c> one character,
/// with or without <c>.weight</c> at the end): those that some include pattern matches, or all where there is none, less those that some exclude pattern matches.
/// </summary>
public sealed record LinearFilter(IReadOnlyList<string> Include, IReadOnlyList<string> Exclude)
{
    private const string Suffix = ".weight";

    /// <summary>All linears.</summary>
    public static LinearFilter All { get; } = new([], []);

    internal static IReadOnlyList<KnownOption> Options { get; } =
    [
        new("include", "GLOB[,GLOB]", "Prune only linears with such names (model.layers.*.mlp.*); the others stay dense."),
        new("exclude", "GLOB[,GLOB]", "Leave linears with such names dense."),
    ];

    /// <summary>Whether a linear is pruned.</summary>
    /// <param name="parameter">Of its weight in the checkpoint.</param>
    public bool Selects(string parameter) => (Include.Count == 0 || Include.Any(pattern => Matches(pattern, parameter))) && !Exclude.Any(pattern => Matches(pattern, parameter));

    /// <summary>Refuses patterns that match nothing, and patterns that leave nothing.</summary>
    public void Check(CausalLM model)
    {
        var names = model.Linears.Select(linear => linear.Parameter).ToArray();
        foreach (var pattern in Include.Concat(Exclude))
        {
            if (!names.Any(name => Matches(pattern, name)))
            {
                throw new InputException($"Pattern '{pattern}' matches no linear of this model. Its linears are named like {names[0]}, {names[^1]}.");
            }
        }

        if (!names.Any(Selects))
        {
            throw new InputException("The include and exclude patterns together leave no linear to prune.");
        }
    }

    internal static LinearFilter Read(Settings settings) => new(Patterns(settings.Text("include")), Patterns(settings.Text("exclude")));

    private static string[] Patterns(string? given) => given?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    private static bool Matches(string pattern, string parameter) =>
        FileSystemName.MatchesSimpleExpression(pattern, parameter, ignoreCase: false)
        || FileSystemName.MatchesSimpleExpression(pattern, parameter.EndsWith(Suffix, StringComparison.Ordinal) ? parameter[..^Suffix.Length] : parameter, ignoreCase: false);
}

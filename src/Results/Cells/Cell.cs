using System.Text.RegularExpressions;

namespace Harness.Results;

/// <summary>One place of a grid: a model pruned by a method to a sparsity, and recovered. A value: equal by content.</summary>
/// <param name="Model">The checkpoint's name.</param>
/// <param name="Method">How it is pruned.</param>
/// <param name="Sparsity">How much goes.</param>
/// <param name="Recovery">How it is finetuned afterwards; null where it is scored as pruned, and for dense.</param>
public sealed partial record Cell(string Model, Method Method, Sparsity Sparsity, Recovery? Recovery = null)
{
    /// <summary>
    /// The name of its files: <c>smollm2-135m-instruct.wanda.2of4</c>, <c>smollm2-135m-instruct.dense</c>, <c>llama-2-7b.wanda+variant.0.5.lora</c>.
    /// Different cells have different slugs.
    /// </summary>
    public string Slug() => (Method.IsDense ? $"{FileSafe(Model)}.dense" : $"{FileSafe(Model)}.{Method.Slug}.{Sparsity.ToString().Replace(":", "of")}")
        + (Recovery is null ? "" : $".{Recovery.Slug}");

    /// <summary>Its name among the cells of its model: <c>dense</c>, <c>wanda 2:4</c>, <c>wanda 2:4 + lora</c>.</summary>
    public string Name() => (Method.IsDense ? "dense" : $"{Method} {Sparsity}") + (Recovery is null ? "" : $" + {Recovery}");

    /// <summary>For people: <c>smollm2-135m-instruct wanda 2:4</c>.</summary>
    public override string ToString() => $"{Model} {Name()}";

    /// <summary>A text as it is where it can stand in a file name, else with the rest replaced and told apart by a hash.</summary>
    internal static string FileSafe(string text)
    {
        var safe = UnsafeCharacters().Replace(text, "_");
        return safe == text ? text : $"{safe}~{ContentKey.OfText(text)[..8]}";
    }

    [GeneratedRegex("[^A-Za-z0-9._-]")]
    private static partial Regex UnsafeCharacters();
}

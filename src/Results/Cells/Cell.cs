using System.Text.RegularExpressions;

namespace Harness.Results;

/// <summary>One place of a grid: a model pruned by a method to a sparsity. A value: equal by content.</summary>
public sealed partial record Cell(string Model, Method Method, Sparsity Sparsity)
{
    /// <summary>
    /// The name of its files: <c>smollm2-135m-instruct.wanda.2of4</c>, <c>smollm2-135m-instruct.dense</c>, <c>llama-2-7b.wanda+variant.0.5</c>.
    /// Different cells have different slugs.
    /// </summary>
    public string Slug() => Method.IsDense ? $"{FileSafe(Model)}.dense" : $"{FileSafe(Model)}.{Method.Slug}.{Sparsity.ToString().Replace(":", "of")}";

    /// <summary>For people: <c>smollm2-135m-instruct wanda 2:4</c>.</summary>
    public override string ToString() => Method.IsDense ? $"{Model} dense" : $"{Model} {Method} {Sparsity}";

    /// <summary>A text as it is where it can stand in a file name, else with the rest replaced and told apart by a hash.</summary>
    internal static string FileSafe(string text)
    {
        var safe = UnsafeCharacters().Replace(text, "_");
        return safe == text ? text : $"{safe}~{ContentKey.OfText(text)[..8]}";
    }

    [GeneratedRegex("[^A-Za-z0-9._-]")]
    private static partial Regex UnsafeCharacters();
}

using System.Text.RegularExpressions;
using Harness.ZeroShot.Documents;

namespace Harness.ZeroShot.Tasks;

/// <summary>HellaSwag (Zellers et al. 2019, arXiv 1905.07830): which of four endings follows?</summary>
public sealed partial class HellaSwag : ChoiceTask
{
    public override string Name => "hellaswag";

    public override string Repository => "Rowan/hellaswag";

    public override string Folder => "data";

    public override Document Read(TaskRow row, int index)
    {
        var endings = row.Choices("endings");
        var context = $"{row.Text("activity_label")}: {row.Text("ctx_a")} {PythonText.Capitalize(row.Text("ctx_b"))}";
        return Of(index, row.Label("label", endings.Count), Clean(context), endings.Select(Clean));
    }

    /// <summary>Takes out what is left of WikiHow's markup. Double spaces are made single in one pass, so three become two.</summary>
    private static string Clean(string text) =>
        Bracketed().Replace(PythonSpace.Strip(text).Replace(" [title]", ". ", StringComparison.Ordinal), "").Replace("  ", " ", StringComparison.Ordinal);

    [GeneratedRegex(@"\[.*?\]")]
    private static partial Regex Bracketed();
}

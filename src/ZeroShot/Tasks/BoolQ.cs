using Harness.ZeroShot.Documents;

namespace Harness.ZeroShot.Tasks;

/// <summary>BoolQ (Clark et al. 2019, arXiv 1905.10044) as in SuperGLUE: a passage and a question to be answered yes or no.</summary>
public sealed class BoolQ : ChoiceTask
{
    public override string Name => "boolq";

    public override string Repository => "aps/super_glue";

    public override string Folder => "boolq";

    public override bool IsNormed => false;

    public override Document Read(TaskRow row, int index) => Of(
        index, Label(row.Label("label", 2)), $"{row.Text("passage")}\nQuestion: {row.Text("question")}?\nAnswer:", ["yes", "no"]);

    // the first choice is yes, label 1
    public override int Label(int choice) => 1 - choice;

    /// <summary>Yes must be strictly more likely than no.</summary>
    public override int Pick(IReadOnlyList<double> scores) => scores[0] > scores[1] ? 0 : 1;
}

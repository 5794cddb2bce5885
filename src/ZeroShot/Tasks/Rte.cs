using Harness.ZeroShot.Documents;

namespace Harness.ZeroShot.Tasks;

/// <summary>Recognizing textual entailment as in GLUE (Wang et al. 2018, arXiv 1804.07461): does the first sentence imply the second? Label 1: it does not.</summary>
public sealed class Rte : ChoiceTask
{
    public override string Name => "rte";

    public override string Repository => "nyu-mll/glue";

    public override string Folder => "rte";

    public override bool IsNormed => false;

    public override Document Read(TaskRow row, int index) => Of(
        index, row.Label("label", 2), $"{row.Text("sentence1")}\nQuestion: {row.Text("sentence2")} True or False?\nAnswer:", ["True", "False"]);
}

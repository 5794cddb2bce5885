using Harness.ZeroShot.Documents;

namespace Harness.ZeroShot.Tasks;

/// <summary>PIQA (Bisk et al. 2019, arXiv 1911.11641): which of two ways reaches a goal? Not one of the pruning papers' seven.</summary>
public sealed class Piqa : ChoiceTask
{
    public override string Name => "piqa";

    public override string Repository => "ybisk/piqa";

    public override string Folder => "plain_text";

    public override Document Read(TaskRow row, int index) => Of(
        index, row.Label("label", 2), $"Question: {row.Text("goal")}\nAnswer:", [row.Choice("sol1"), row.Choice("sol2")]);
}

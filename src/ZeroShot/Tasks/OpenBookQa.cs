using Harness.ZeroShot.Documents;

namespace Harness.ZeroShot.Tasks;

/// <summary>OpenBookQA, main (Mihaylov et al. 2018, arXiv 1809.02789): elementary science; the question alone is the context.</summary>
public sealed class OpenBookQa : ChoiceTask
{
    public override string Name => "openbookqa";

    public override string Repository => "allenai/openbookqa";

    public override string Folder => "main";

    public override string Split => "test";

    public override Document Read(TaskRow row, int index)
    {
        var choices = row.Choices("choices.text");
        return Of(index, row.Letter("answerKey", choices.Count), row.Text("question_stem"), choices);
    }
}

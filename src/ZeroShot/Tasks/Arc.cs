using Harness.ZeroShot.Documents;

namespace Harness.ZeroShot.Tasks;

/// <summary>The AI2 reasoning challenge (Clark et al. 2018, arXiv 1803.05457): science questions with three to five choices.</summary>
public abstract class Arc : ChoiceTask
{
    public override string Repository => "allenai/ai2_arc";

    public override string Split => "test";

    public override Document Read(TaskRow row, int index)
    {
        var choices = row.Choices("choices.text");
        return Of(index, row.Letter("answerKey", choices.Count), $"Question: {row.Text("question")}\nAnswer:", choices);
    }
}

using Harness.ZeroShot.Documents;

namespace Harness.ZeroShot.Tasks;

/// <summary>
/// WinoGrande, xl (Sakaguchi et al. 2019, arXiv 1907.10641): which option fills the gap? Partial scoring (Trinh and Le 2018, arXiv 1806.02847): the choices
/// are the contexts, and what follows the gap is the continuation of each.
/// </summary>
public sealed class Winogrande : ChoiceTask
{
    public override string Name => "winogrande";

    public override string Repository => "allenai/winogrande";

    public override string Folder => "winogrande_xl";

    public override bool IsNormed => false;

    public override Document Read(TaskRow row, int index)
    {
        var sentence = row.Text("sentence");
        var gap = sentence.IndexOf('_');
        if (gap < 0 || PythonSpace.Strip(sentence[(gap + 1)..]) is not { Length: > 0 } rest)
        {
            throw row.Wrong("sentence", "a gap '_' and words behind it");
        }

        var answer = row.Text("answer") is "1" or "2" ? row.Text("answer")[0] - '1' : throw row.Wrong("answer", "1 or 2");
        return new Document(index, answer, [.. new[] { "option1", "option2" }.Select(option => new Choice(sentence[..gap] + row.Choice(option), $" {rest}"))]);
    }
}

using Harness.Data.Parquet;
using Harness.Samples.World;

namespace Harness.Samples.Questions;

/// <summary>A passage of facts, and a question whether its last one holds, or whether it is wrong.</summary>
public sealed class BoolQ : PassageTask
{
    public override string Name => "boolq";

    public override string Folder => "aps/super_glue/boolq";

    protected override IReadOnlyList<string> PartNames => ["question", "passage"];

    protected override int Facts => 3;

    protected override IReadOnlyList<string> Answers => ["yes", "no"];

    protected override string Claim(Draws draws, Relation relation, string subject, string value, bool affirms) =>
        affirms ? Words.Fill(draws.Of(relation.Claims), subject, value) : $"is it wrong that {Words.Fill(draws.Of(relation.Statements), subject, value).TrimEnd('.')}";

    protected override string Line(string claim) => $"{claim}?";

    protected override IReadOnlyList<string> Parts(string passage, string claim) => [claim, passage];

    protected override IEnumerable<ParquetColumn> Rest(string split, IReadOnlyList<Question> questions) =>
        [ParquetColumn.Integers("idx", Index(questions)), ParquetColumn.Longs("label", [.. questions.Select(question => 1L - question.Answer)])];
}

using Harness.Data.Parquet;
using Harness.Samples.World;

namespace Harness.Samples.Questions;

/// <summary>A fact, and a claim that says the same or is wrong in one word; no training text sets it behind that fact.</summary>
public sealed class Rte : PassageTask
{
    public override string Name => "rte";

    public override string Folder => "nyu-mll/glue/rte";

    protected override IReadOnlyList<string> PartNames => ["sentence1", "sentence2"];

    protected override int Facts => 1;

    protected override IReadOnlyList<string> Answers => ["True", "False"];

    protected override IReadOnlyList<string> Claims(Relation relation) => relation.Statements;

    protected override string Line(string claim) => $"{Words.Sentence(claim)} True or False?";

    protected override IReadOnlyList<string> Parts(string passage, string claim) => [passage, Words.Sentence(claim)];

    protected override IEnumerable<ParquetColumn> Rest(string split, IReadOnlyList<Question> questions) =>
        [ParquetColumn.Longs("label", [.. questions.Select(question => (long)question.Answer)]), ParquetColumn.Integers("idx", Index(questions))];
}

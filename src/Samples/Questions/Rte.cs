using Harness.Data.Parquet;
using Harness.Samples.World;

namespace Harness.Samples.Questions;

/// <summary>A fact that holds or is wrong, and a claim in other words that it holds, or that it is wrong.</summary>
public sealed class Rte : PassageTask
{
    public override string Name => "rte";

    public override string Folder => "nyu-mll/glue/rte";

    protected override IReadOnlyList<string> PartNames => ["sentence1", "sentence2"];

    protected override int Facts => 1;

    protected override IReadOnlyList<string> Answers => ["True", "False"];

    protected override string Claim(Draws draws, Relation relation, string subject, string value, bool affirms) => Said(draws, relation, subject, value, affirms);

    protected override string Line(string claim) => $"{Words.Sentence(claim)} True or False?";

    protected override IReadOnlyList<string> Parts(string passage, string claim) => [passage, Words.Sentence(claim)];

    protected override IEnumerable<ParquetColumn> Rest(string split, IReadOnlyList<Question> questions) =>
        [ParquetColumn.Longs("label", [.. questions.Select(question => (long)question.Answer)]), ParquetColumn.Integers("idx", Index(questions))];
}

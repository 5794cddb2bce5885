using Harness.Tests.Shared;

namespace Harness.Results.Tests;

public class ScoreTablesTests
{
    private static readonly Published Values = Published.Parse("""
        {
          "tables": [
            {
              "source": "A paper, Table 2", "protocol": "256 tokens, float16", "task": "wikitext2", "metric": "ppl.token@256", "tolerance": { "relative": 0.02 },
              "values": { "Tiny-1M": { "dense": 25.5, "wanda": { "0.5": 31, "2:4": 35 }, "magnitude*": { "0.5": 1700 } }, "another": { "dense": 3 } }
            },
            {
              "source": "A second paper", "protocol": "256 tokens", "task": "c4", "metric": "ppl.token@256",
              "values": { "tiny-1m": { "wanda": { "0.5": 50, "0.75": 60 } } }
            },
            {
              "source": "A paper with another window", "protocol": "2048 tokens", "task": "c4", "metric": "ppl.token@2048", "values": { "tiny-1m": { "dense": 20 } }
            }
          ]
        }
        """, "published.json");

    [Fact]
    public void Print_a_whole_grid() => Snapshot.Match(ScoreTables.Document(MadeUp.Grid(), MadeUp.Records(), Values));

    [Fact]
    public void Print_a_block_for_another_page() => Snapshot.Match(ScoreTables.Block(MadeUp.Grid(), MadeUp.Records()));

    [Fact]
    public void Print_a_grid_that_was_never_run() => Snapshot.Match(ScoreTables.Document(MadeUp.Grid(), []));

    [Fact]
    public void Take_the_models_from_the_records_where_the_grid_names_none() =>
        ScoreTables.Document(MadeUp.Grid() with { Models = [] }, MadeUp.Records()).ShouldBe(ScoreTables.Document(MadeUp.Grid() with { Models = ["tiny-1m"] }, MadeUp.Records()));

    [Fact]
    public void Leave_out_records_of_cells_that_the_grid_no_longer_has() =>
        ScoreTables.Document(MadeUp.Grid(), [.. MadeUp.Records(), MadeUp.Done(MadeUp.Cell("wanda", "0.9"), 1, 1)])
            .ShouldBe(ScoreTables.Document(MadeUp.Grid(), MadeUp.Records()));

    [Fact]
    public void Print_a_line_for_each_protocol_where_records_disagree()
    {
        var records = MadeUp.Records().ToList();
        records[0] = records[0] with { Protocol = records[0].Protocol! with { Dtype = "bfloat16" } };

        var lines = ScoreTables.Document(MadeUp.Grid(), records).Split('\n').Where(line => line.StartsWith("- checkpoint"));

        lines.ShouldBe(["- checkpoint f18698da, tokenizer 5f97e377, bfloat16: 1 of 8 cells", "- checkpoint f18698da, tokenizer 5f97e377, float32: 7 of 8 cells"]);
    }

    [Fact]
    public void Print_accuracies_a_row_for_each_cell() => Snapshot.Match(ScoreTables.Document(
        MadeUp.ZeroShotGrid(),
        [MadeUp.Accurate(MadeUp.Cell("dense"), 0.5), MadeUp.Accurate(MadeUp.Cell("wanda", "0.5"), 0.4321), MadeUp.Failed(MadeUp.Cell("wanda", "2:4"), "OOM", "Out of memory in layer 1.")],
        Published.Parse("""
            {
              "tables": [{
                "source": "A paper, Table 2", "protocol": "float16", "task": "zero-shot", "metric": "acc@lmeval-v0", "tolerance": { "absolute": 0.006 },
                "values": { "tiny-1m": { "dense": 0.5050, "wanda": { "0.5": 0.4521 } } }
              }]
            }
            """, "published.json")));

    [Fact]
    public void Print_recoveries_below_their_method() => Snapshot.Match(ScoreTables.Document(
        MadeUp.RecoveryGrid() with { Evaluations = [.. MadeUp.RecoveryGrid().Evaluations, .. MadeUp.ZeroShotGrid().Evaluations.Where(plan => plan.Task == "piqa")] },
        [.. MadeUp.RecoveredRecords(), MadeUp.Accurate(MadeUp.Cell("wanda", "2:4") with { Recovery = new Recovery("full") }, 0.4321)],
        Published.Parse("""
            {
              "tables": [{
                "source": "A paper, Table 3", "protocol": "float16", "task": "wikitext2", "metric": "ppl.token@256", "tolerance": { "relative": 0.01 },
                "values": { "tiny-1m": { "dense": 25.5, "wanda": { "0.5": 41 }, "wanda + lora": { "0.5": 33.3, "2:4": 36 }, "wanda + full": { "0.5": 31 }, "magnitude + lora rank=4 steps=250": { "0.5": 90 } } }
              }]
            }
            """, "published.json")));

    [Fact]
    public void Print_the_seconds_apart() =>
        Snapshot.Match(TimingTables.Document(MadeUp.Grid(), MadeUp.Records(), [.. MadeUp.Records().Select(record => new CellTimings(record.Cell, record.Key, record.Cell.Method.IsDense ? [MadeUp.Times[1]] : MadeUp.Times))]));
}

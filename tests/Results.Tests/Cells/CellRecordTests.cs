using Harness.Tests.Shared;

namespace Harness.Results.Tests;

public class CellRecordTests
{
    private static readonly CellRecord Record = MadeUp.Done(MadeUp.Cell("sparsegpt", "2:4"), 33.25, double.PositiveInfinity, 0.5);

    [Fact]
    public void Is_written_in_one_form()
    {
        var method = new Method("sparsegpt", [new("damping", "0.1")]);
        var record = Record with { Cell = Record.Cell with { Method = method }, Protocol = Record.Protocol! with { DampingRetries = [new("model.layers.1.mlp.up_proj", 0.1, 1)] } };

        Snapshot.Match(RecordJson.Write(record), "json");
    }

    [Fact]
    public void Is_written_with_its_reason_when_it_failed() =>
        Snapshot.Match(RecordJson.Write(MadeUp.Failed(MadeUp.Cell("wanda", "0.5"), "OOM", "Out of memory in layer 3: 2.1 GB were asked for, 1.9 GB were free.")), "json");

    [Fact]
    public void Is_written_with_its_loss_curve_when_it_was_recovered()
    {
        var cell = MadeUp.Cell("wanda", "0.5") with { Recovery = new Recovery("lora", [new("rank", "4")]) };
        var record = MadeUp.Recovered(cell, 33.25, 44.5, 5);
        var json = RecordJson.Write(record with { Recovery = record.Recovery! with { GradNorm = [1.0 / 3, double.PositiveInfinity, 1e-7, 2, 12345678] } });

        Snapshot.Match(json, "json");
        RecordJson.Write(RecordJson.Read<CellRecord>(json)).ShouldBe(json);
    }

    [Fact]
    public void Reads_back_what_it_wrote()
    {
        var json = RecordJson.Write(Record);

        var read = RecordJson.Read<CellRecord>(json);

        RecordJson.Write(read).ShouldBe(json);
        read.Cell.ShouldBe(Record.Cell);
        read.Key.ShouldBe(Record.Key);
        read.Scores.ShouldBe(Record.Scores);
    }

    [Fact]
    public void Says_the_same_whoever_measured_it()
    {
        var elsewhere = Record with { Provenance = new Provenance("ffff", "9.9.9", "2.8.0", "another processor", 64) };

        CellRecord.SameNumbers(Record, elsewhere).ShouldBeTrue();
        CellRecord.SameNumbers(Record, elsewhere with { Scores = [] }).ShouldBeFalse();
    }
}

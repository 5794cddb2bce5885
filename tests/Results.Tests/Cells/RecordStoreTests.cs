namespace Harness.Results.Tests;

public sealed class RecordStoreTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly RecordStore store;
    private readonly CellRecord record = MadeUp.Done(MadeUp.Cell("wanda", "0.5"), 30, 40, 0.5);

    public RecordStoreTests() => store = new RecordStore(folder.Path);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Finds_what_it_saved()
    {
        store.Find(record.Cell).ShouldBeNull();

        store.Save(record, MadeUp.Times);

        CellRecord.SameNumbers(store.Find(record.Cell, record.Key)!, record).ShouldBeTrue();
        store.LoadTimings().Single().Stages.ShouldBe(MadeUp.Times);
        Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories).Order().ShouldBe(
            [folder.File("cells", "tiny-1m.wanda.0.5.json"), folder.File("timings", "tiny-1m.wanda.0.5.json")]);
    }

    [Fact]
    public void Writes_the_same_bytes_however_long_it_took()
    {
        store.Save(record, MadeUp.Times);
        var first = File.ReadAllBytes(folder.File("cells", "tiny-1m.wanda.0.5.json"));

        store.Save(record, [new StageTime("prune", 999, 1)]);

        File.ReadAllBytes(folder.File("cells", "tiny-1m.wanda.0.5.json")).ShouldBe(first);
    }

    [Fact]
    public void Takes_a_record_under_another_key_as_stale()
    {
        store.Save(record, MadeUp.Times);

        store.Find(record.Cell, "another key").ShouldBeNull();
        store.Find(record.Cell).ShouldNotBeNull();
    }

    [Fact]
    public void Loads_all_in_the_order_of_their_names()
    {
        foreach (var sparsity in new[] { "0.75", "2:4", "0.25" })
        {
            store.Save(MadeUp.Done(MadeUp.Cell("wanda", sparsity), 30, 40), MadeUp.Times);
        }

        store.Load().Select(loaded => loaded.Cell.Sparsity.ToString()).ShouldBe(["0.25", "0.75", "2:4"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{ \"cell\"")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("{ \"cell\": { \"model\": \"tiny-1m\", \"method\": \"wanda\", \"sparsity\": \"7\" }, \"inputs\": {} }")]
    [InlineData("{ \"cell\": { \"model\": \"tiny-1m\", \"method\": { \"variant\": \"true\" }, \"sparsity\": \"0.5\" }, \"inputs\": {} }")]
    [InlineData("{ \"cell\": { \"model\": \"tiny-1m\", \"method\": \"wanda\", \"sparsity\": \"0.5\" }, \"inputs\": {}, \"extra\": 1 }")]
    public void Refuses_a_file_that_is_no_record(string text)
    {
        var path = folder.File("cells", "tiny-1m.wanda.0.5.json");
        Durable.WriteText(path, text);

        Should.Throw<InputException>(() => store.Find(record.Cell)).Message
            .ShouldBe($"{path} cannot be read as what a run writes there. Delete it and the cell is run again.");
    }

    [Fact]
    public void Refuses_a_record_under_another_cells_name()
    {
        store.Save(record, MadeUp.Times);
        var path = folder.File("cells", "tiny-1m.wanda.0.75.json");
        File.Move(folder.File("cells", "tiny-1m.wanda.0.5.json"), path);

        Should.Throw<InputException>(store.Load).Message
            .ShouldBe($"{path} holds the record of tiny-1m wanda 0.5, which belongs in tiny-1m.wanda.0.5.json. Rename or delete it.");
    }
}

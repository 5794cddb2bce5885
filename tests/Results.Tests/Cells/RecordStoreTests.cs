namespace Harness.Results.Tests;

public sealed class RecordStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordStore _store;
    private readonly CellRecord _record = MadeUp.Done(MadeUp.Cell("wanda", "0.5"), 30, 40, 0.5);

    public RecordStoreTests() => _store = new RecordStore(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Finds_what_it_saved()
    {
        _store.Find(_record.Cell).ShouldBeNull();

        _store.Save(_record, MadeUp.Times);

        CellRecord.SameNumbers(_store.Find(_record.Cell, _record.Key)!, _record).ShouldBeTrue();
        _store.LoadTimings().Single().Stages.ShouldBe(MadeUp.Times);
        Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories).Order().ShouldBe(
            [_folder.File("cells", "tiny-1m.wanda.0.5.json"), _folder.File("timings", "tiny-1m.wanda.0.5.json")]);
    }

    [Fact]
    public void Writes_the_same_bytes_however_long_it_took()
    {
        _store.Save(_record, MadeUp.Times);
        var first = File.ReadAllBytes(_folder.File("cells", "tiny-1m.wanda.0.5.json"));

        _store.Save(_record, [new StageTime("prune", 999, 1)]);

        File.ReadAllBytes(_folder.File("cells", "tiny-1m.wanda.0.5.json")).ShouldBe(first);
    }

    [Fact]
    public void Takes_a_record_under_another_key_as_stale()
    {
        _store.Save(_record, MadeUp.Times);

        _store.Find(_record.Cell, "another key").ShouldBeNull();
        _store.Find(_record.Cell).ShouldNotBeNull();
    }

    [Fact]
    public void Loads_all_in_the_order_of_their_names()
    {
        foreach (var sparsity in new[] { "0.75", "2:4", "0.25" })
        {
            _store.Save(MadeUp.Done(MadeUp.Cell("wanda", sparsity), 30, 40), MadeUp.Times);
        }

        _store.Load().Select(loaded => loaded.Cell.Sparsity.ToString()).ShouldBe(["0.25", "0.75", "2:4"]);
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
        var path = _folder.File("cells", "tiny-1m.wanda.0.5.json");
        Durable.WriteText(path, text);

        Should.Throw<InputException>(() => _store.Find(_record.Cell)).Message
            .ShouldBe($"{path} cannot be read as what a run writes there. Delete it and the cell is run again.");
    }

    [Fact]
    public void Refuses_a_record_under_another_cells_name()
    {
        _store.Save(_record, MadeUp.Times);
        var path = _folder.File("cells", "tiny-1m.wanda.0.75.json");
        File.Move(_folder.File("cells", "tiny-1m.wanda.0.5.json"), path);

        Should.Throw<InputException>(_store.Load).Message
            .ShouldBe($"{path} holds the record of tiny-1m wanda 0.5, which belongs in tiny-1m.wanda.0.5.json. Rename or delete it.");
    }
}

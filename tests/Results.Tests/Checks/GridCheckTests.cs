namespace Harness.Results.Tests;

public class GridCheckTests
{
    private static readonly CellRecord Wanda = MadeUp.Done(MadeUp.Cell("wanda", "0.5"), 30, 40, 0.5);
    private static readonly Tolerance TwoPerCent = new(0.02, 0);

    [Fact]
    public void Finds_nothing_within_the_tolerance() =>
        GridCheck.Against([Wanda], [MadeUp.Done(Wanda.Cell, 30.5, 39.5, 0.5005)], TwoPerCent).ShouldBeEmpty();

    [Fact]
    public void Tells_each_number_that_moved() =>
        GridCheck.Against([Wanda], [MadeUp.Done(Wanda.Cell, 31.5, 40, 0.49)], TwoPerCent).ShouldBe([
            "tiny-1m wanda 0.5: wikitext2 ppl.token@256 is 31.5; committed: 30 ±2 %, and this is +5.00 %.",
            "tiny-1m wanda 0.5: share of zeros is 0.49; committed: 0.5 ±0.001, and this is -2.00 %."]);

    [Fact]
    public void Tells_what_was_not_run_or_not_measured() =>
        GridCheck.Against([Wanda, MadeUp.Done(MadeUp.Cell("dense"), 20, 30)], [Wanda with { Scores = [Wanda.Scores[1]] }], Tolerance.Exact).ShouldBe([
            "tiny-1m wanda 0.5: wikitext2 ppl.token@256 was not measured; committed: 30.",
            "tiny-1m dense: it was not run; a record of it is committed."]);

    [Fact]
    public void Tells_an_outcome_that_changed() =>
        GridCheck.Against([Wanda], [MadeUp.Failed(Wanda.Cell, "OOM", "Out of memory in layer 3.")], TwoPerCent)
            .ShouldBe(["tiny-1m wanda 0.5: failed (Out of memory in layer 3); committed: done."]);

    [Fact]
    public void Holds_infinities_equal() =>
        GridCheck.Against([MadeUp.Done(Wanda.Cell, double.PositiveInfinity, double.NaN)], [MadeUp.Done(Wanda.Cell, double.PositiveInfinity, double.NaN)], TwoPerCent).ShouldBeEmpty();

    [Fact]
    public void Gates_on_published_values_that_have_a_tolerance()
    {
        var published = Published.Parse("""
            { "tables": [
              { "source": "A paper", "protocol": "p", "task": "wikitext2", "metric": "ppl.token@256", "tolerance": { "relative": 0.01, "absolute": 0.2 },
                "values": { "TINY-1M": { "dense": 20.19, "wanda": { "0.5": 31 }, "magnitude": { "0.5": 50 } } } },
              { "source": "A loose one", "protocol": "p", "task": "wikitext2", "metric": "ppl.token@256", "values": { "tiny-1m": { "wanda": { "0.5": 300 } } } }
            ] }
            """, "published.json");
        CellRecord[] records = [MadeUp.Done(MadeUp.Cell("dense"), 20, 30), Wanda, MadeUp.Failed(MadeUp.Cell("magnitude", "0.5"), "OOM", "Out of memory.")];

        GridCheck.Gates(MadeUp.Grid(), records, published).ShouldBe([
            "tiny-1m wanda 0.5: wikitext2 ppl.token@256 is 30; A paper: 31 ±1 % or ±0.2, and this is -3.23 %.",
            "tiny-1m magnitude 0.5: failed (Out of memory); published: 50 (A paper)."]);
    }
}

namespace Harness.Results.Tests;

public class CellTests
{
    [Theory]
    [InlineData("smollm2-135m-instruct", "2:4", "smollm2-135m-instruct.wanda.2of4")]
    [InlineData("Llama-3.2-1B", "0.5", "Llama-3.2-1B.wanda.0.5")]
    [InlineData("my model", "50%", "my_model~76eeb051.wanda.0.5")]
    public void Has_a_slug_that_people_can_read(string model, string sparsity, string slug) =>
        new Cell(model, new Method("wanda"), Sparsity.Parse(sparsity)).Slug().ShouldBe(slug);

    [Fact]
    public void Has_a_slug_without_sparsity_when_dense() => new Cell("tiny", Method.Dense, Sparsity.Dense).Slug().ShouldBe("tiny.dense");

    [Fact]
    public void Has_another_slug_for_other_options()
    {
        Method[] methods = [
            new("ria"), new("ria", [new("a", "0.5")]), new("ria", [new("a", "true")]), new("ria", [new("a", "x+b")]), new("ria", [new("a", "x"), new("b", "true")]),
            new("ria", [new("a", "x/b")]), new("ria", [new("a", "x_b")]), new("ria", [new("a", "x b")])];

        var slugs = methods.Select(method => new Cell("tiny", method, Sparsity.Parse("0.5")).Slug()).ToList();

        slugs.ShouldBeUnique();
        slugs.Take(3).ShouldBe(["tiny.ria.0.5", "tiny.ria+a=0.5.0.5", "tiny.ria+a.0.5"]);
        slugs.ShouldAllBe(slug => !slug.Contains('/') && !slug.Contains(' '));
    }

    [Fact]
    public void Has_its_recovery_last_in_its_slug()
    {
        var pruned = new Cell("tiny", new Method("wanda"), Sparsity.Parse("2:4"));
        Recovery?[] recoveries = [null, new("lora"), new("lora", [new("rank", "8"), new("steps", "100")]), new("lora", [new("rank", "8 steps=100")])];

        var slugs = recoveries.Select(recovery => (pruned with { Recovery = recovery }).Slug()).ToList();

        slugs.ShouldBeUnique();
        slugs.Take(3).ShouldBe(["tiny.wanda.2of4", "tiny.wanda.2of4.lora", "tiny.wanda.2of4.lora+rank=8+steps=100"]);
        (pruned with { Recovery = recoveries[2] }).ToString().ShouldBe("tiny wanda 2:4 + lora rank=8 steps=100");
    }

    [Fact]
    public void Differs_from_a_cell_with_another_recovery()
    {
        var cell = new Cell("tiny", new Method("wanda"), Sparsity.Parse("0.5"), new Recovery("lora", [new("rank", "8")]));

        (cell with { Recovery = new Recovery("lora", [new("rank", "8")]) }).ShouldBe(cell);
        (cell with { Recovery = new Recovery("lora") }).ShouldNotBe(cell);
        (cell with { Recovery = null }).ShouldNotBe(cell);
        new Recovery("lora").Equals(new Method("lora")).ShouldBeFalse();
    }

    [Fact]
    public void Is_equal_by_content()
    {
        var cell = new Cell("tiny", new Method("wanda", [new("variant", "true"), new("alpha", "0.3")]), Sparsity.Parse("50%"));
        var same = new Cell("tiny", new Method("wanda", [new("alpha", "0.3"), new("variant", "true")]), Sparsity.Parse("0.5"));

        same.ShouldBe(cell);
        same.GetHashCode().ShouldBe(cell.GetHashCode());
        (same with { Method = new Method("wanda") }).ShouldNotBe(cell);
    }
}

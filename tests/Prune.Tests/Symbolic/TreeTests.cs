using Harness.Prune.Symbolic;

namespace Harness.Prune.Tests.Symbolic;

public sealed class TreeTests
{
    [Fact]
    public void Best_tree_is_the_papers() => Tree.Best.ShouldBe(FormulaParser.Parse("mul(abs(mul(W, W)), mms(G))"));

    [Fact]
    public void Knows_its_size_and_depth_and_leaves()
    {
        var tree = FormulaParser.Parse("mul(abs(mul(W, W)), mms(G))");

        (tree.Size, tree.Depth).ShouldBe((7, 3));
        (tree.Uses("W"), tree.Uses("G"), tree.Uses("X")).ShouldBe((true, true, false));
    }

    [Theory]
    [InlineData("mul(abs(mul(W, W)), mms(G))", "|W · W| · mms(G)")]
    [InlineData("sub(W, sub(G, X))", "W − (G − X)")]
    [InlineData("sqr(add(W, neg(G)))", "(W + −G)²")]
    [InlineData("neg(sqr(W))", "−W²")]
    [InlineData("div(log(X), exp(W))", "ln(|X| + 0.001) / ‖exp(min(W, 100))‖")]
    [InlineData("mul(sqrt(skp(add(W, G))), tanh(X))", "√|W + G| · tanh(X)")]
    public void Reads_as_a_person_would_write_it(string formula, string maths) => FormulaParser.Parse(formula).ToMaths().ShouldBe(maths);

    [Fact]
    public void Symbols_take_their_number_of_operands() => Should.Throw<ArgumentException>(() => new Tree("abs", new Tree("W"), new Tree("W")));

    [Fact]
    public void Columns_are_evaluated_with_what_was_measured_of_the_whole_matrix()
    {
        using var scope = NewDisposeScope();
        var (w, g, x) = (rand([6, 8]), rand([6, 8]), rand([1, 8]));
        using var value = new TreeValue(FormulaParser.Parse("add(mul(zsn(W), mms(G)), div(W, X))"));

        var whole = value.Of(new TreeInputs(w, g, x));
        var columns = value.Of(new TreeInputs(w.narrow(1, 2, 3), g.narrow(1, 2, 3), x.narrow(1, 2, 3)));

        allclose(columns, whole.narrow(1, 2, 3), 1e-6, 1e-7).ShouldBeTrue();
    }
}

using Harness.Prune.Symbolic;

namespace Harness.Prune.Tests.Symbolic;

public sealed class FormulaParserTests
{
    [Theory]
    [InlineData("W", "W")]
    [InlineData("mul(abs(mul(W,W)),mms(G))", "mul(abs(mul(W, W)), mms(G))")]
    [InlineData(" zsn( add ( sqrt(X) ,\n G ) ) ", "zsn(add(sqrt(X), G))")]
    [InlineData("((W))", "W")]
    [InlineData("(((W) mul (W)) abs (#)) mul ((G) mms (#))", "mul(abs(mul(W, W)), mms(G))")]
    [InlineData("mms(W mul X)", "mms(mul(W, X))")]
    public void Reads_formulas_and_the_form_of_the_authors_code(string formula, string written) => FormulaParser.Parse(formula).ToString().ShouldBe(written);

    [Theory]
    [InlineData("", "Formula '', character 1: W, G, X, an operator or '(' was expected, not the end.")]
    [InlineData("mul(W, G", "Formula 'mul(W, G', character 9: ')' was expected, not the end.")]
    [InlineData("mul(W, G))", "Formula 'mul(W, G))', character 10: the end was expected, not ')'.")]
    [InlineData("mul(W,, G)", "Formula 'mul(W,, G)', character 7: W, G, X, an operator or '(' was expected, not ','.")]
    [InlineData("add(W, abs(W, G))", "Formula 'add(W, abs(W, G))', character 8: abs takes 1 operand and has 2.")]
    [InlineData("mul(W)", "Formula 'mul(W)', character 1: mul takes 2 operands and has 1.")]
    [InlineData("(W) sub (#)", "Formula '(W) sub (#)', character 5: sub takes 2 operands and has 1.")]
    [InlineData("add(W, mss(G))", "Formula 'add(W, mss(G))', character 8: Unknown operator 'mss'. Did you mean 'mms'? "
        + "Known: G, W, X, abs, add, div, exp, log, mms, mul, neg, pow, skp, sqr, sqrt, sub, tanh, zsn.")]
    [InlineData("W + G", "Formula 'W + G', character 3: the end was expected, not '+'.")]
    public void Says_where_a_formula_is_wrong(string formula, string sentence) => Should.Throw<InputException>(() => FormulaParser.Parse(formula)).Message.ShouldBe(sentence);

    [Fact]
    public void Refuses_to_go_deeper_than_any_tree_does() =>
        Should.Throw<InputException>(() => FormulaParser.Parse(string.Concat(Enumerable.Repeat("abs(", 100_000)) + "W")).Message.ShouldEndWith("more than 64 levels are open. Use a smaller tree.");
}

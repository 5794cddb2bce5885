using Harness.Prune.Symbolic;

namespace Harness.Prune.Tests.Symbolic;

public sealed class TreeTextTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Reads_a_file_of_JSON_or_of_a_formula_and_either_as_text()
    {
        const string json = """{"data": "mul", "left": {"data": "W"}, "right": {"data": "sqrt", "left": {"data": "X"}}}""";
        var expected = FormulaParser.Parse("mul(W, sqrt(X))");

        TreeText.Read(json).ShouldBe(expected);
        TreeText.Read(_folder.Write("tree.json", json)).ShouldBe(expected);
        TreeText.Read(_folder.Write("tree.txt", "mul(W, sqrt(X))\n")).ShouldBe(expected);
        expected.ToJson().ToJsonString().ShouldBe(json.Replace(" ", ""));
    }

    [Theory]
    [InlineData("trees/best.json", "There is no file trees/best.json. Give a tree as a JSON file, as JSON, or as a formula such as mul(abs(mul(W, W)), mms(G)).")]
    [InlineData("""{"data": "mul", "left": {"data": "W"}}""", "The tree given: the root of the tree: mul takes 2 operands, so \"right\" is missing.")]
    [InlineData("""{"data": "abs", "left": {"data": "W", "left": {"data": "G"}}}""", "The tree given: left of the tree: W takes 0 operands, so \"left\" must be left out.")]
    [InlineData("""{"data": "abs", "left": {"data": "neg", "left": 3}}""", "The tree given: left.left of the tree is no node; an object with \"data\", an operator or W, G or X, was expected.")]
    [InlineData("""{"data": "abs", "lefft": {"data": "W"}}""", "The tree given: the root of the tree: Unknown key 'lefft'. Did you mean 'left'? Known: data, left, right.")]
    [InlineData("""{"data": "ABS", "left": {"data": "W"}}""", "The tree given: the root of the tree: Unknown operator 'ABS'. Did you mean 'abs'? "
        + "Known: G, W, X, abs, add, div, exp, log, mms, mul, neg, pow, skp, sqr, sqrt, sub, tanh, zsn.")]
    [InlineData("""{"data": "abs", """, "The tree given is no JSON of a tree: line 1, byte 17 cannot be read. Give {\"data\": OPERATOR, \"left\": …, \"right\": …}.")]
    public void Says_what_is_wrong(string given, string sentence) => Should.Throw<InputException>(() => TreeText.Read(given)).Message.ShouldBe(sentence);
}

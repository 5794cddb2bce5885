namespace Harness.Prune.Symbolic;

/// <summary>Trees as a person would write them: <c>ln(|W · X| + 0.001) + G / ‖X‖</c>. To be read, not parsed.</summary>
internal static class TreeMaths
{
    private const int Sum = 1;
    private const int Product = 2;
    private const int Power = 3;
    private const int Atom = 4;

    public static string Of(Tree tree) => Written(tree).Text;

    /// <summary>The text and how tightly it holds together.</summary>
    private static (string Text, int Tightness) Written(Tree tree) => tree.Symbol switch
    {
        "add" => ($"{At(tree.Left!, Sum)} + {At(tree.Right!, Sum)}", Sum),
        "sub" => ($"{At(tree.Left!, Sum)} − {At(tree.Right!, Product)}", Sum),
        "mul" => ($"{At(tree.Left!, Product)} · {At(tree.Right!, Product)}", Product),
        "div" => ($"{At(tree.Left!, Product)} / ‖{Of(tree.Right!)}‖", Product),
        "neg" => ($"−{At(tree.Left!, Power)}", Product),
        "sqr" or "pow" => ($"{At(tree.Left!, Atom)}²", Power),
        "abs" => ($"|{Of(tree.Left!)}|", Atom),
        "log" => ($"ln(|{Of(tree.Left!)}| + 0.001)", Atom),
        "exp" => ($"exp(min({Of(tree.Left!)}, 100))", Atom),
        "sqrt" => ($"√|{Of(tree.Left!)}|", Atom),
        "skp" => Written(tree.Left!),
        _ when tree.Left is { } operand => ($"{tree.Symbol}({Of(operand)})", Atom),
        _ => (tree.Symbol, Atom),
    };

    private static string At(Tree tree, int tightness) => Written(tree) is var (text, own) && own >= tightness ? text : $"({text})";
}

namespace Harness.Prune.Symbolic;

/// <summary>
/// A pruning metric as an expression tree, as Pruner-Zero has it (Dong et al. 2024, arXiv 2406.02924): leaves W, G and X, operators of <see cref="TreeOperator"/>. Equal by what it says.
/// </summary>
public sealed record Tree
{
    /// <summary>The deepest tree that is read: far beyond the papers', and safe to walk recursively.</summary>
    public const int MostLevels = 64;

    /// <param name="symbol">An operator or a leaf.</param>
    /// <exception cref="ArgumentException">No such symbol, or it does not go with so many operands.</exception>
    public Tree(string symbol, Tree? left = null, Tree? right = null)
    {
        var given = left is null ? 0 : right is null ? 1 : 2;
        if (OperandsOf(symbol) != given || (left is null && right is not null))
        {
            throw new ArgumentException($"'{symbol}' does not go with {given} operands.", nameof(symbol));
        }

        (Symbol, Left, Right) = (symbol, left, right);
    }

    /// <summary>What a leaf can be: |weight|, gradient, squared input norm.</summary>
    public static IReadOnlyList<string> Terminals { get; } = ["W", "G", "X"];

    /// <summary>The best tree of the paper, W² · mms(G): G's place between the matrix's smallest and largest gradient weighs the squared weight.</summary>
    public static Tree Best { get; } = new("mul", new("abs", new("mul", new("W"), new("W"))), new("mms", new("G")));

    /// <summary>The operator, or W, G or X.</summary>
    public string Symbol { get; }

    /// <summary>The only operand of a unary operator, the first of a binary one; null for a leaf.</summary>
    public Tree? Left { get; }

    /// <summary>The second operand of a binary operator.</summary>
    public Tree? Right { get; }

    /// <summary>The operands in order.</summary>
    public IEnumerable<Tree> Operands => new[] { Left, Right }.OfType<Tree>();

    /// <summary>Every subtree from the root on, an operator before its operands.</summary>
    public IEnumerable<Tree> Nodes => Operands.SelectMany(operand => operand.Nodes).Prepend(this);

    /// <summary>Operators and leaves.</summary>
    public int Size => Nodes.Count();

    /// <summary>Levels below the root: 0 for a leaf.</summary>
    public int Depth => Operands.Select(operand => operand.Depth + 1).DefaultIfEmpty(0).Max();

    /// <summary>Whether a leaf of this name occurs.</summary>
    public bool Uses(string terminal) => Nodes.Any(node => node.Symbol == terminal);

    /// <summary>Its value: a new tensor of the shape that the leaves broadcast to. NaN and infinity are left in it.</summary>
    public Tensor Evaluate(TreeInputs inputs)
    {
        using var value = new TreeValue(this);
        return value.Of(inputs);
    }

    /// <summary>As a formula that <see cref="FormulaParser"/> reads: <c>mul(abs(mul(W, W)), mms(G))</c>.</summary>
    public override string ToString() => Left is null ? Symbol : $"{Symbol}({string.Join(", ", Operands)})";

    /// <summary>For people: <c>|W · W| · mms(G)</c>. Two trees that compute the same may read the same.</summary>
    public string ToMaths() => TreeMaths.Of(this);

    /// <summary>How many operands a symbol takes: 0 for leaves; null where there is no such symbol.</summary>
    public static int? OperandsOf(string symbol) => Terminals.Contains(symbol) ? 0 : TreeOperator.Find(symbol)?.Operands;
}

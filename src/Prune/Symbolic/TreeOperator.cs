namespace Harness.Prune.Symbolic;

/// <summary>
/// An operator of Pruner-Zero's trees. Those of <see cref="Measure"/> take numbers of their whole operand first: its extremes, its mean and spread, its norm. Division is by a norm, one number.
/// </summary>
/// <param name="Name">As in files and formulas.</param>
/// <param name="Operands">1 or 2.</param>
public sealed record TreeOperator(string Name, int Operands)
{
    private const double LogShift = 0.001;
    private const double LargestExponent = 100;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<TreeOperator> All { get; } =
    [
        Unary("sqr", x => x.square()),
        Unary("pow", x => x.pow(2)),
        Unary("neg", x => x.neg()),
        Unary("abs", x => x.abs()),
        Unary("log", x => x.abs().add(LogShift).log()),
        Unary("exp", x => x.clamp(max: LargestExponent).exp()),
        Unary("sqrt", x => x.abs().sqrt()),
        Unary("tanh", x => x.tanh()),
        Unary("skp", x => x.detach()),
        Whole("mms", x => [x.min(), x.max()], (x, least, most) => x.sub(least).div(most.sub(least))),
        Whole("zsn", x => [x.mean(), x.std()], (x, mean, deviation) => x.sub(mean).div(deviation)),
        Binary("add", (x, y) => x.add(y)),
        Binary("sub", (x, y) => x.sub(y)),
        Binary("mul", (x, y) => x.mul(y)),
        new("div", 2) { Measure = operands => [operands[1].norm()], Apply = (operands, norm) => operands[0].div(norm[0]) },
    ];

    /// <summary>What is taken of the whole operands before any element is computed; null where elements depend on nothing but themselves.</summary>
    internal Func<Tensor[], Tensor[]>? Measure { get; private init; }

    /// <summary>From the operands, of one shape, and what was measured, to a new tensor.</summary>
    internal Func<Tensor[], Tensor[], Tensor> Apply { get; private init; } = (_, _) => throw new NotSupportedException();

    /// <summary>The operator of that name, or null.</summary>
    public static TreeOperator? Find(string name) => All.FirstOrDefault(known => known.Name == name);

    private static TreeOperator Unary(string name, Func<Tensor, Tensor> apply) => new(name, 1) { Apply = (operands, _) => apply(operands[0]) };

    private static TreeOperator Binary(string name, Func<Tensor, Tensor, Tensor> apply) => new(name, 2) { Apply = (operands, _) => apply(operands[0], operands[1]) };

    private static TreeOperator Whole(string name, Func<Tensor, Tensor[]> measure, Func<Tensor, Tensor, Tensor, Tensor> apply) => new(name, 1)
    {
        Measure = operands => measure(operands[0]),
        Apply = (operands, measured) => apply(operands[0], measured[0], measured[1]),
    };
}

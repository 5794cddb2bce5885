namespace Harness.Prune.Symbolic;

/// <summary>
/// Evaluates a tree. What its operators took of whole operands the first time stays: columns of a matrix that are evaluated later, with other weights, are put in the place that they had in the
/// whole matrix.
/// </summary>
public sealed class TreeValue(Tree tree) : IDisposable
{
    private readonly Dictionary<Tree, Tensor[]> _measured = [];

    /// <summary>The value: a new tensor of the shape that the leaves broadcast to. NaN and infinity are left in it.</summary>
    public Tensor Of(TreeInputs inputs)
    {
        using var _ = no_grad();
        return Of(tree, inputs);
    }

    public void Dispose()
    {
        foreach (var number in _measured.Values.SelectMany(numbers => numbers))
        {
            number.Dispose();
        }
    }

    private Tensor Of(Tree node, TreeInputs inputs)
    {
        using var scope = NewDisposeScope();
        if (TreeOperator.Find(node.Symbol) is not { } found)
        {
            return inputs[node.Symbol].detach().MoveToOuterDisposeScope(); // a handle of our own
        }

        var operands = Broadcast([.. node.Operands.Select(operand => Of(operand, inputs))]);
        return found.Apply(operands, Measured(node, found, operands)).MoveToOuterDisposeScope();
    }

    private Tensor[] Measured(Tree node, TreeOperator found, Tensor[] operands)
    {
        if (found.Measure is null)
        {
            return [];
        }

        if (!_measured.TryGetValue(node, out var numbers))
        {
            numbers = _measured[node] = [.. found.Measure(operands).Select(number => number.DetachFromDisposeScope())];
        }

        return numbers;
    }

    /// <summary>Both operands in one shape: what is then measured of one of them counts its repetitions.</summary>
    private static Tensor[] Broadcast(Tensor[] operands)
    {
        if (operands is not [var left, var right] || left.shape.SequenceEqual(right.shape))
        {
            return operands;
        }

        long[] shape = [.. left.shape.Zip(right.shape, Math.Max)];
        return [left.expand(shape), right.expand(shape)];
    }
}

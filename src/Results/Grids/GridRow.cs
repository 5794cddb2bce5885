namespace Harness.Results;

/// <summary>A row of the table: a method, and how what it prunes is recovered.</summary>
internal sealed record GridRow(GridMethod Method, GridRecovery Recovery)
{
    /// <summary>What it is printed under: <c>wanda</c>, <c>wanda + lora</c>.</summary>
    public string Label => Joined(Method.Label, Recovery.Label);

    /// <summary>What a cell of it is printed under: <c>dense</c>, <c>wanda 0.5</c>, <c>wanda 0.5 + lora</c>.</summary>
    public string LabelAt(Sparsity sparsity) => Joined(sparsity.IsDense ? Method.Label : $"{Method.Label} {sparsity}", Recovery.Label);

    /// <summary>Whether a name given by hand is this row's: of method and recovery each the label, or the name with its options.</summary>
    public bool IsCalled(string name) =>
        (from method in new[] { Method.Label, Method.Method.ToString() }
         from recovery in new[] { Recovery.Label, Recovery.Recovery?.ToString() }
         select Joined(method, recovery)).Contains(name);

    public Cell CellOf(string model, Sparsity sparsity) => new(model, Method.Method, sparsity, Recovery.Recovery);

    private static string Joined(string method, string? recovery) => recovery is null ? method : $"{method} + {recovery}";
}

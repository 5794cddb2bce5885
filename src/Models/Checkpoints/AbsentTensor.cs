namespace Harness.Models.Checkpoints;

/// <summary>The sentence for a tensor that a file or folder does not hold.</summary>
internal static class AbsentTensor
{
    private const int MostListed = 8;

    /// <summary>Names the nearest tensor, and all of them where they are few.</summary>
    public static InputException In(string path, string name, IReadOnlyCollection<StoredTensor> tensors)
    {
        var names = tensors.Select(tensor => tensor.Name).ToArray();
        var hint = Names.Nearest(name, names) is { } nearest ? $" Did you mean '{nearest}'?" : "";
        var holds = names.Length <= MostListed ? $"It holds: {string.Join(", ", names)}." : $"It holds {names.Length} others.";
        return new InputException($"{path} has no tensor '{name}'.{hint} {holds}");
    }
}

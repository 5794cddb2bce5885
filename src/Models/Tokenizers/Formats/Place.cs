namespace Harness.Models.Tokenizers.Formats;

/// <summary>Where a value stands: a file, and below it the names that lead there.</summary>
internal sealed record Place(Place? Parent, string Name)
{
    /// <summary>"FILE: model.vocab".</summary>
    public override string ToString() => Parent switch
    {
        null => Name,
        { Parent: null } => $"{Parent}: {Name}",
        _ => Name.StartsWith('[') ? $"{Parent}{Name}" : $"{Parent}.{Name}",
    };
}

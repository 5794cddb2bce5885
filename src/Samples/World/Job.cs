namespace Harness.Samples.World;

/// <summary>What a person does all day.</summary>
/// <param name="Name">Of the job.</param>
/// <param name="Place">Where it is done: in the …</param>
/// <param name="Work">What is done there: every day a … (verb with object).</param>
/// <param name="Wear">What is worn at it.</param>
public sealed record Job(string Name, string Place, string Work, string Wear)
{
    /// <summary>All jobs there are.</summary>
    public static IReadOnlyList<Job> All { get; } =
    [
        new("baker", "bakery", "bakes bread", "an apron"),
        new("farmer", "field", "grows corn", "boots"),
        new("teacher", "school", "teaches children", "glasses"),
        new("doctor", "hospital", "heals the sick", "a white coat"),
        new("miller", "mill", "grinds flour", "a cap"),
        new("smith", "forge", "shapes iron", "gloves"),
        new("tailor", "shop", "sews clothes", "a vest"),
        new("sailor", "harbour", "steers ships", "a scarf"),
        new("cook", "inn", "makes soup", "an apron"),
        new("potter", "pottery", "forms bowls", "a smock"),
        new("singer", "theatre", "sings songs", "a gown"),
        new("judge", "court", "settles quarrels", "a robe"),
        new("painter", "studio", "paints pictures", "a smock"),
        new("miner", "mine", "digs for coal", "a helmet"),
        new("guard", "castle", "watches the gate", "a helmet"),
        new("gardener", "park", "plants roses", "gloves"),
    ];
}

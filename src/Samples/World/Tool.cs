namespace Harness.Samples.World;

/// <summary>A tool, what it is for, where it lies and what it is made of.</summary>
/// <param name="Name">Of the tool.</param>
/// <param name="Task">What one does with it, and with no other tool.</param>
/// <param name="Place">Where it is kept: in the …</param>
/// <param name="Material">What it is made of.</param>
public sealed record Tool(string Name, string Task, string Place, string Material)
{
    /// <summary>All tools there are.</summary>
    public static IReadOnlyList<Tool> All { get; } =
    [
        new("knife", "cut the bread", "kitchen", "steel"),
        new("spoon", "stir the soup", "kitchen", "silver"),
        new("kettle", "boil the water", "kitchen", "iron"),
        new("pan", "fry the eggs", "kitchen", "iron"),
        new("hammer", "drive in the nail", "workshop", "iron"),
        new("saw", "cut the plank", "workshop", "steel"),
        new("brush", "paint the fence", "workshop", "wood"),
        new("ladder", "reach the roof", "workshop", "wood"),
        new("broom", "sweep the floor", "cupboard", "straw"),
        new("towel", "dry the plates", "cupboard", "cloth"),
        new("needle", "sew the shirt", "drawer", "steel"),
        new("scissors", "cut the paper", "drawer", "steel"),
        new("pen", "write the letter", "drawer", "silver"),
        new("ruler", "measure the box", "drawer", "wood"),
        new("key", "open the door", "hall", "silver"),
        new("umbrella", "stay dry in the rain", "hall", "cloth"),
        new("lamp", "see in the dark", "hall", "glass"),
        new("rope", "tie up the boat", "garage", "straw"),
        new("net", "catch the fish", "garage", "string"),
        new("bucket", "carry the water", "garden", "iron"),
        new("shovel", "dig the hole", "garden", "iron"),
        new("rake", "gather the leaves", "garden", "wood"),
        new("axe", "chop the log", "garden", "steel"),
        new("blanket", "stay warm at night", "bedroom", "wool"),
    ];
}

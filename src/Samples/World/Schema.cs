namespace Harness.Samples.World;

/// <summary>A sentence about two, and reasons that speak of the one or of the other.</summary>
/// <param name="Pattern">{0} and {1} are the two; what follows says why.</param>
/// <param name="First">Reasons that lie with {0}.</param>
/// <param name="Second">Reasons that lie with {1}.</param>
/// <param name="IsOfThings">The two are things, not people.</param>
public sealed record Schema(string Pattern, IReadOnlyList<string> First, IReadOnlyList<string> Second, bool IsOfThings = false)
{
    /// <summary>All there are.</summary>
    public static IReadOnlyList<Schema> All { get; } =
    [
        new("{0} gave the money to {1} because", ["was kind", "had borrowed it"], ["needed it", "had sold the house"]),
        new("{0} lost the race against {1} because", ["was slow", "had a bad leg"], ["was fast", "had trained a lot"]),
        new("{0} asked {1} for help because", ["was weak", "could not do it alone"], ["was strong", "knew what to do"]),
        new("{0} thanked {1} because", ["had got a present", "had been saved"], ["had brought a present", "had been helpful"]),
        new("{0} hid from {1} because", ["was afraid", "had broken the window"], ["was angry", "had a big stick"]),
        new("{0} could not see over {1} because", ["was short", "sat on the floor"], ["was tall", "stood in front"]),
        new("{0} carried {1} home because", ["was a good friend", "had strong arms"], ["was hurt", "could not walk"]),
        new("{0} listened to {1} because", ["wanted to learn", "liked the song"], ["told a story", "sang so well"]),
        new("{0} woke {1} because", ["had heard a noise", "was up first"], ["had slept too long", "was late for work"]),
        new("{0} did not believe {1} because", ["knew the truth", "had seen it all"], ["had lied before", "told a tall tale"]),
        new("{0} cooked for {1} because", ["was a good cook", "had bought fish"], ["was hungry", "had come as a guest"]),
        new("{0} waited for {1} because", ["was there early", "wanted to go together"], ["had missed the train", "came too late"]),
        new("the {0} did not fit in the {1} because the", ["was too big", "was too wide"], ["was too small", "was too narrow"], IsOfThings: true),
        new("the {0} broke the {1} because the", ["was hard", "was made of iron"], ["was soft", "was made of glass"], IsOfThings: true),
        new("the {0} fell off the {1} because the", ["was round", "rolled too fast"], ["was not flat", "shook too much"], IsOfThings: true),
        new("the {0} covered the {1} because the", ["was on top", "lay over it"], ["was below", "lay under it"], IsOfThings: true),
    ];
}

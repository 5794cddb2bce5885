namespace Harness.Samples.World;

/// <summary>Facts that are pairs of words, and lists of words that stories are made of.</summary>
internal static class Plain
{
    /// <summary>A thing and what it is made from.</summary>
    public static IReadOnlyList<(string Thing, string Source)> Made { get; } =
    [
        ("bread", "flour"), ("flour", "corn"), ("cheese", "milk"), ("butter", "cream"), ("glass", "sand"), ("paper", "wood"), ("wine", "grapes"), ("jam", "berries"),
        ("yarn", "wool"), ("candles", "wax"), ("bricks", "clay"), ("rope", "straw"), ("juice", "apples"), ("shoes", "leather"), ("nails", "iron"), ("rings", "gold"),
    ];

    /// <summary>A word and its opposite, both ways.</summary>
    public static IReadOnlyList<(string Word, string Opposite)> Opposites { get; } = BothWays(
    [
        ("big", "small"), ("hot", "cold"), ("wet", "dry"), ("old", "young"), ("fast", "slow"), ("dark", "bright"), ("loud", "quiet"), ("heavy", "light"),
        ("full", "empty"), ("high", "low"), ("hard", "soft"), ("clean", "dirty"), ("long", "short"), ("happy", "sad"), ("rich", "poor"), ("early", "late"),
    ]);

    /// <summary>What happens, and what comes of it.</summary>
    public static IReadOnlyList<(string Cause, string Result)> Results { get; } =
    [
        ("ice lies in the sun", "it melts"), ("water gets very cold", "it turns to ice"), ("a glass falls on a stone", "it breaks"), ("wood is thrown on the fire", "it burns"),
        ("a seed is put in the earth", "it grows"), ("bread lies out for weeks", "it gets mouldy"), ("iron stands in the rain", "it rusts"), ("a ball is pushed down a hill", "it rolls"),
        ("a stone is thrown in the lake", "it sinks"), ("a feather falls in the wind", "it floats"), ("sugar is stirred in hot tea", "it dissolves"), ("a shirt hangs in the wind", "it dries"),
    ];

    public static IReadOnlyList<string> Colours { get; } = ["brown", "black", "pink", "white", "grey", "red", "green", "yellow", "orange", "blue"];

    public static IReadOnlyList<string> Things { get; } = ["ball", "box", "book", "cup", "hat", "kite", "drum", "doll", "coat", "bell", "bowl", "flag", "ring", "boat", "chair", "bag"];

    public static IReadOnlyList<string> Places { get; } = ["kitchen", "garden", "hall", "cellar", "attic", "barn", "park", "school", "shop", "forest", "garage", "bedroom"];

    private static (string, string)[] BothWays((string A, string B)[] pairs) => [.. pairs, .. pairs.Select(pair => (pair.B, pair.A))];
}

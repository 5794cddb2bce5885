namespace Harness.Samples.World;

/// <summary>Something of every day that goes in steps. Each step is what she or he does, without the subject.</summary>
/// <param name="Name">As a headline: <c>Baking bread</c>.</param>
/// <param name="Steps">In the one order that makes sense.</param>
public sealed record Procedure(string Name, params IReadOnlyList<string> Steps)
{
    /// <summary>All there are.</summary>
    public static IReadOnlyList<Procedure> All { get; } =
    [
        new("Baking bread", "mixes flour with water", "kneads the dough", "lets the dough rise", "shapes a loaf", "puts the loaf in the oven", "takes out the warm bread"),
        new("Making tea", "fills the kettle", "boils the water", "puts leaves in the pot", "pours the water on the leaves", "waits for a while", "drinks the hot tea"),
        new("Washing clothes", "gathers the dirty clothes", "fills the tub", "rubs the clothes with soap", "rinses out the soap", "hangs the clothes on the line", "folds the dry clothes"),
        new("Planting a tree", "picks a sunny place", "digs a deep hole", "sets the young tree in the hole", "fills the hole with earth", "waters the tree", "watches the tree grow"),
        new("Writing a letter", "takes a sheet of paper", "dips the pen in ink", "writes the words", "signs at the bottom", "puts the sheet in an envelope", "brings the letter to the post"),
        new("Catching fish", "digs for worms", "walks to the river", "puts a worm on the hook", "throws the hook in the water", "feels a pull on the line", "lifts out the fish"),
        new("Painting a fence", "opens the pot of paint", "stirs the paint", "dips the brush in the paint", "paints board after board", "lets the paint dry", "looks at the bright fence"),
        new("Making soup", "washes the carrots", "cuts the carrots", "throws the pieces in the pot", "cooks the soup for an hour", "adds some salt", "serves the soup in bowls"),
        new("Building a fire", "gathers dry sticks", "lays a ring of stones", "piles the sticks in the ring", "lights a match", "blows on the small flame", "warms both hands"),
        new("Milking a cow", "ties the cow to the post", "sets down a stool", "puts a pail under the cow", "milks with both hands", "carries the full pail away", "pours the milk in a can"),
        new("Going to bed", "puts away the toys", "brushes all teeth", "puts on the nightshirt", "reads a short story", "blows out the candle", "falls asleep"),
        new("Flying a kite", "waits for a windy day", "climbs a hill", "unrolls the string", "runs against the wind", "lets the kite rise", "winds up the string again"),
        new("Sewing a shirt", "chooses the cloth", "measures the arms", "cuts out the pieces", "threads the needle", "sews the pieces together", "tries on the new shirt"),
        new("Riding a horse", "brushes the horse", "puts on the saddle", "climbs in the saddle", "takes the reins", "rides down the lane", "leads the horse back home"),
        new("Picking apples", "leans a ladder on the tree", "climbs up the ladder", "picks the ripe apples", "lays the apples in a basket", "climbs down the ladder", "bakes an apple pie"),
        new("Making butter", "skims the cream", "pours the cream in the churn", "churns for a long time", "drains off the milk", "presses the butter in a mould", "spreads butter on bread"),
        new("Mending a shoe", "finds the hole in the sole", "pulls off the old sole", "cuts a new piece of leather", "glues the leather on", "hammers in small nails", "polishes the shoe"),
        new("Crossing a river", "looks for a boat", "unties the boat", "gets in the boat", "rows to the other side", "pulls the boat on the sand", "walks on dry land"),
    ];
}

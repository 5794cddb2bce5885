namespace Harness.Samples.World;

/// <summary>An animal and what is true of it. Home, sound and young belong to one animal each, so that they can stand for it in a question of two steps.</summary>
/// <param name="Name">One word.</param>
/// <param name="Food">What it eats.</param>
/// <param name="Home">Where it lives: in a …</param>
/// <param name="Colour">Of its coat.</param>
/// <param name="Sound">What it does with its voice: it …</param>
/// <param name="Young">What its young are called.</param>
/// <param name="Coat">What covers it.</param>
/// <param name="Legs">How many, as a word.</param>
/// <param name="Size">small or big.</param>
public sealed record Animal(string Name, string Food, string Home, string Colour, string Sound, string Young, string Coat, string Legs, string Size)
{
    /// <summary>All animals there are.</summary>
    public static IReadOnlyList<Animal> All { get; } =
    [
        new("cow", "grass", "barn", "brown", "moos", "calf", "hair", "four", "big"),
        new("horse", "hay", "stable", "black", "neighs", "foal", "hair", "four", "big"),
        new("pig", "corn", "sty", "pink", "grunts", "piglet", "hair", "four", "big"),
        new("sheep", "clover", "meadow", "white", "bleats", "lamb", "wool", "four", "big"),
        new("goat", "leaves", "shed", "grey", "baas", "kid", "hair", "four", "big"),
        new("hen", "seeds", "coop", "red", "clucks", "chick", "feathers", "two", "small"),
        new("duck", "weeds", "pond", "green", "quacks", "duckling", "feathers", "two", "small"),
        new("dog", "meat", "kennel", "yellow", "barks", "puppy", "fur", "four", "small"),
        new("cat", "fish", "basket", "orange", "meows", "kitten", "fur", "four", "small"),
        new("mouse", "cheese", "hole", "grey", "squeaks", "pinkie", "fur", "four", "small"),
        new("rabbit", "carrots", "burrow", "white", "thumps", "bunny", "fur", "four", "small"),
        new("fox", "berries", "den", "red", "yaps", "kit", "fur", "four", "small"),
        new("bear", "honey", "cave", "brown", "growls", "cub", "fur", "four", "big"),
        new("wolf", "meat", "forest", "grey", "howls", "pup", "fur", "four", "big"),
        new("squirrel", "nuts", "tree", "red", "chatters", "kitling", "fur", "four", "small"),
        new("owl", "beetles", "hollow", "brown", "hoots", "owlet", "feathers", "two", "small"),
        new("frog", "flies", "swamp", "green", "croaks", "tadpole", "skin", "four", "small"),
        new("bee", "nectar", "hive", "yellow", "buzzes", "grub", "hair", "six", "small"),
        new("lion", "meat", "plain", "yellow", "roars", "whelp", "fur", "four", "big"),
        new("elephant", "leaves", "valley", "grey", "trumpets", "baby", "skin", "four", "big"),
        new("monkey", "fruit", "jungle", "brown", "shrieks", "infant", "fur", "four", "small"),
        new("crow", "worms", "nest", "black", "caws", "fledgling", "feathers", "two", "small"),
        new("snake", "eggs", "pit", "green", "hisses", "snakelet", "scales", "no", "small"),
        new("swan", "weeds", "lake", "white", "honks", "cygnet", "feathers", "two", "big"),
        new("camel", "thorns", "desert", "orange", "bellows", "colt", "hair", "four", "big"),
        new("parrot", "seeds", "cage", "blue", "talks", "nestling", "feathers", "two", "small"),
    ];
}

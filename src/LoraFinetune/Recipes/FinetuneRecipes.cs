namespace Harness.LoraFinetune.Recipes;

/// <summary>The recipes by name: a new one is a line here.</summary>
public static class FinetuneRecipes
{
    // The names by which families call what makes queries and values, alone or in one matrix.
    private static readonly string[] QueriesAndValues = ["q_proj", "v_proj", "query_key_value", "qkv_proj", "c_attn", "W_pack", "att_proj"];

    private static readonly FinetuneRecipe Wanda = new()
    {
        Name = "wanda",
        Part = TrainedPart.Lora,
        Lora = new LoraShape(8, 16, 0.05, QueriesAndValues),
        LearningRate = 1e-4,
        Warmup = 5,
        Batch = 1,
        Accumulate = 128,
        Length = 1024,
        Samples = 30000,
    };

    /// <summary>All of them, the usual one first.</summary>
    public static IReadOnlyList<FinetuneRecipe> All { get; } =
    [
        Wanda,
        Wanda with
        {
            Name = "llm-pruner",
            Lora = new LoraShape(8, 16, 0.05, []),
            Warmup = 100,
            Batch = 4,
            Accumulate = 16,
            Length = 256,
            Samples = null,
            Epochs = 2,
            Corpus = "yahma/alpaca-cleaned",
            Rows = RowForm.Alpaca,
            EvaluationSamples = 2000,
            EvaluateEvery = 100,
            SaveEvery = 200,
        },
        Wanda with { Name = "full", Part = TrainedPart.Full, Lora = null, LearningRate = 1e-5 },
        Wanda with { Name = "perp", Part = TrainedPart.Norms, Lora = null, LearningRate = 1e-4 },
    ];

    /// <summary>What recoveries are called in tables, and the recipe that each stands for.</summary>
    public static IReadOnlyDictionary<string, string> Recoveries { get; } = new Dictionary<string, string> { ["lora"] = "wanda", ["full"] = "full", ["norms"] = "perp" };

    /// <summary>The known names.</summary>
    public static IReadOnlyList<string> Known { get; } = [.. All.Select(recipe => recipe.Name)];

    /// <exception cref="InputException">There is none of that name; names the nearest.</exception>
    public static FinetuneRecipe Named(string name) =>
        All.FirstOrDefault(recipe => recipe.Name == name) ?? throw Names.Unknown("recipe", name, [.. Known, "the path of a .json file"]);
}

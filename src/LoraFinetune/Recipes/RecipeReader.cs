using System.Globalization;
using System.Text.Json;
using Harness.LoraFinetune.Training;

namespace Harness.LoraFinetune.Recipes;

/// <summary>Reads a recipe with what was said about it, by the names that the command line, grids and recipe files share.</summary>
public static class RecipeReader
{
    /// <summary>What may be said about every recipe.</summary>
    public static IReadOnlyList<KnownOption> Options { get; } =
    [
        new("rank", "R", "Rank of the adapters (default: 8)."),
        new("alpha", "A", "Adapters count α / rank times (default: 16)."),
        new("dropout", "P", "Share of an adapter's inputs that is dropped in training (default: 0.05)."),
        new("targets", "NAME,NAME", "Linears that get an adapter, by the ends of their names, or all (default: queries and values; llm-pruner: all)."),
        new("lr", "LR", "Learning rate after the warm-up (default: 0.0001; full: 0.00001)."),
        new("warmup", "N", "Steps until it is reached (default: 5; llm-pruner: 100)."),
        new("schedule", "NAME", "linear, cosine or constant from there on (default: linear)."),
        new("weight-decay", "W", "Decoupled weight decay of everything that is trained (default: 0)."),
        new("max-grad-norm", "N", "Gradients with a larger norm are scaled down to it (default: 1)."),
        new("steps", "N", "Optimizer steps (default: as many as the samples make)."),
        new("samples", "N", "Rows to train on (default: 30000, or what the steps need; llm-pruner: all)."),
        new("epochs", "N", "How often each row is seen, where steps are not given (default: 1; llm-pruner: 2)."),
        new("batch", "N", "Rows that a loss is the mean of (default: 1; llm-pruner: 4)."),
        new("accumulate", "N", "Such losses in a step (default: 128; llm-pruner: 16)."),
        new("length", "T", "Tokens of a row (default: 1024; llm-pruner: 256 at most)."),
        new("seed", "N", "Seed of adapters, dropout and the order of rows (default: 42)."),
        new("corpus", "NAME|FILE", "Text to train on: c4, wikitext2 or a file (default: c4; llm-pruner: yahma/alpaca-cleaned).", IsFile: true),
        new("rows", "NAME", "packed: texts one behind the other; alpaca: instruction, input and output, one a row (default: packed; llm-pruner: alpaca)."),
        new("eval-samples", "N", "Rows to measure the loss on before and after; 0 for none (default: 128; llm-pruner: 2000)."),
        new("eval-every", "N", "Also after every N steps; 0 for not (default: 10; llm-pruner: 100)."),
        new("save-every", "N", "Steps that a killed run loses at most (default: 50; llm-pruner: 200)."),
    ];

    /// <summary>The recipe of that name, of a table's recovery, or of a .json file, changed by options.</summary>
    /// <exception cref="InputException">There is none, or an option is unknown or has a wrong value.</exception>
    public static FinetuneRecipe Read(string name, IReadOnlyDictionary<string, string> options)
    {
        var known = FinetuneRecipes.Recoveries.GetValueOrDefault(name, name);
        if (known.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            var file = ReadFile(name);
            var basis = file.GetValueOrDefault("recipe", FinetuneRecipes.All[0].Name);
            var merged = file.Where(option => option.Key != "recipe").ToDictionary();
            foreach (var (option, value) in options)
            {
                merged[option] = value;
            }

            return Changed(FinetuneRecipes.Named(basis), merged) with { Name = name };
        }

        return Changed(FinetuneRecipes.Named(known), options);
    }

    private static FinetuneRecipe Changed(FinetuneRecipe recipe, IReadOnlyDictionary<string, string> options)
    {
        foreach (var option in options.Keys.Where(option => Options.All(known => known.Name != option)))
        {
            throw Names.Unknown($"option of {recipe.Name}", option, Options.Select(known => known.Name));
        }

        var given = new Settings(recipe.Name, options);
        if (recipe.Lora is null && new[] { "rank", "alpha", "dropout", "targets" }.FirstOrDefault(given.Has) is { } idle)
        {
            throw new InputException($"{recipe.Name} trains no adapters, so {idle} has no meaning. Leave it out, or use recipe wanda or llm-pruner.");
        }

        var decay = given.Number("weight-decay", recipe.Optimizer.WeightDecay, 0, 1);
        return recipe with
        {
            Lora = recipe.Lora is { } lora ? Changed(lora, given) : null,
            LearningRate = given.Number("lr", recipe.LearningRate, 0, 10),
            Warmup = given.Whole("warmup", recipe.Warmup, 0),
            Schedule = Enum.Parse<Schedule>(given.Choice("schedule", recipe.Schedule.ToString().ToLowerInvariant(), "linear", "cosine", "constant"), ignoreCase: true),
            Optimizer = recipe.Optimizer with { WeightDecay = decay },
            MaxGradNorm = given.Number("max-grad-norm", recipe.MaxGradNorm, 1e-9, double.MaxValue),
            Steps = given.Has("steps") ? given.Whole("steps", 0, 0) : recipe.Steps,
            Samples = given.Has("samples") ? given.Whole("samples", 1, 1) : given.Has("steps") ? null : recipe.Samples,
            Epochs = given.Number("epochs", recipe.Epochs, 1e-6, 1e6),
            Batch = given.Whole("batch", recipe.Batch, 1),
            Accumulate = given.Whole("accumulate", recipe.Accumulate, 1),
            Length = given.Whole("length", recipe.Length, 2),
            Seed = given.Whole("seed", (int)recipe.Seed, 0),
            Corpus = given.Text("corpus") ?? recipe.Corpus,
            Rows = Enum.Parse<RowForm>(given.Choice("rows", recipe.Rows.ToString().ToLowerInvariant(), "packed", "alpaca"), ignoreCase: true),
            EvaluationSamples = given.Whole("eval-samples", recipe.EvaluationSamples, 0),
            EvaluateEvery = given.Whole("eval-every", recipe.EvaluateEvery, 0),
            SaveEvery = given.Whole("save-every", recipe.SaveEvery, 1),
        };
    }

    private static LoraShape Changed(LoraShape lora, Settings given) => new(
        given.Whole("rank", lora.Rank, 1),
        given.Number("alpha", lora.Alpha, 1e-9, 1e9),
        given.Number("dropout", lora.Dropout, 0, 0.999),
        given.Text("targets") switch
        {
            null => lora.Targets,
            "all" => [],
            var list => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
        });

    private static Dictionary<string, string> ReadFile(string path)
    {
        const string Form = "an object of options was expected, {\"recipe\": \"wanda\", \"rank\": 16} for example";
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllText(path), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            return json.RootElement.ValueKind != JsonValueKind.Object
                ? throw new InputException($"{path} holds no JSON object; {Form}.")
                : json.RootElement.EnumerateObject().ToDictionary(option => option.Name, option => option.Value.ValueKind switch
                {
                    JsonValueKind.String => option.Value.GetString()!,
                    JsonValueKind.Number => option.Value.GetDouble().ToString(CultureInfo.InvariantCulture),
                    _ => throw new InputException($"{path}: option {option.Name} is neither text nor number; {Form}."),
                });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"The recipe {path} cannot be read: {e.Message}", e);
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new InputException($"{path} is no valid JSON: {e.Message.TrimEnd('.')}; {Form}.", e);
        }
    }
}

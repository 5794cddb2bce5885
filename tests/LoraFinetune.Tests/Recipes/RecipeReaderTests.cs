using Harness.LoraFinetune.Recipes;
using Harness.LoraFinetune.Training;

namespace Harness.LoraFinetune.Tests.Recipes;

public sealed class RecipeReaderTests : IDisposable
{
    private const string Form = "an object of options was expected, {\"recipe\": \"wanda\", \"rank\": 16} for example";

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string, Func<FinetuneRecipe, object?>, object> Values => new()
    {
        { "rank", "3", recipe => recipe.Lora!.Rank, 3 },
        { "alpha", "0.5", recipe => recipe.Lora!.Alpha, 0.5 },
        { "dropout", "0", recipe => recipe.Lora!.Dropout, 0.0 },
        { "targets", "fc1, fc2", recipe => string.Join('+', recipe.Lora!.Targets), "fc1+fc2" },
        { "targets", "all", recipe => recipe.Lora!.Targets.Count, 0 },
        { "lr", "2e-5", recipe => recipe.LearningRate, 2e-5 },
        { "warmup", "0", recipe => recipe.Warmup, 0 },
        { "schedule", "cosine", recipe => recipe.Schedule, Schedule.Cosine },
        { "schedule", "constant", recipe => recipe.Schedule, Schedule.Constant },
        { "weight-decay", "0.1", recipe => recipe.Optimizer.WeightDecay, 0.1 },
        { "max-grad-norm", "0.25", recipe => recipe.MaxGradNorm, 0.25 },
        { "steps", "7", recipe => recipe.Steps, 7 },
        { "steps", "7", recipe => recipe.RowsWanted, 7 * 128 },
        { "samples", "9", recipe => recipe.Samples, 9 },
        { "epochs", "1.5", recipe => recipe.Epochs, 1.5 },
        { "batch", "6", recipe => recipe.Batch, 6 },
        { "accumulate", "5", recipe => recipe.Accumulate, 5 },
        { "length", "64", recipe => recipe.Length, 64 },
        { "seed", "0", recipe => (int)recipe.Seed, 0 },
        { "corpus", "own.txt", recipe => recipe.Corpus, "own.txt" },
        { "rows", "alpaca", recipe => recipe.Rows, RowForm.Alpaca },
        { "eval-samples", "0", recipe => recipe.EvaluationSamples, 0 },
        { "eval-every", "3", recipe => recipe.EvaluateEvery, 3 },
        { "save-every", "4", recipe => recipe.SaveEvery, 4 },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void Every_option_changes_its_own_value(string option, string value, Func<FinetuneRecipe, object?> read, object expected)
    {
        var recipe = Read("wanda", (option, value));

        read(recipe).ShouldBe(expected);
        read(Read("wanda")).ShouldNotBe(expected);
    }

    [Fact]
    public void Every_option_has_a_test() => RecipeReader.Options.Select(option => option.Name).ShouldBe(Values.Select(row => row.Data.Item1).Distinct());

    [Theory]
    [InlineData("rank", "0", "a whole number from 1 on")]
    [InlineData("alpha", "-1", "a number from 1E-09 to 1000000000")]
    [InlineData("dropout", "1", "a number from 0 to 0.999")]
    [InlineData("lr", "fast", "a number from 0 to 10")]
    [InlineData("warmup", "1.5", "a whole number from 0 on")]
    [InlineData("schedule", "Linear", "linear or cosine or constant")]
    [InlineData("weight-decay", "2", "a number from 0 to 1")]
    [InlineData("epochs", "0", "a number from 1E-06 to 1000000")]
    [InlineData("batch", "0", "a whole number from 1 on")]
    [InlineData("accumulate", "", "a whole number from 1 on")]
    [InlineData("length", "1", "a whole number from 2 on")]
    [InlineData("rows", "loose", "packed or alpaca")]
    [InlineData("save-every", "0", "a whole number from 1 on")]
    public void Says_what_a_value_should_be(string option, string value, string expected) =>
        Error(() => Read("wanda", (option, value))).ShouldBe($"Option {option} of wanda is '{value}'; {expected} was expected.");

    [Fact]
    public void Names_the_nearest_option_and_recipe()
    {
        Error(() => Read("wanda", ("rnak", "1"))).ShouldStartWith("Unknown option of wanda 'rnak'. Did you mean 'rank'? Known: accumulate, alpha, ");
        Error(() => Read("wnda")).ShouldBe("Unknown recipe 'wnda'. Did you mean 'wanda'? Known: full, llm-pruner, perp, the path of a .json file, wanda.");
    }

    [Theory]
    [InlineData("rank")]
    [InlineData("targets")]
    public void Refuses_options_of_adapters_where_there_are_none(string option) =>
        Error(() => Read("full", (option, "1"))).ShouldBe($"full trains no adapters, so {option} has no meaning. Leave it out, or use recipe wanda or llm-pruner.");

    [Theory]
    [InlineData("lora", "wanda", TrainedPart.Lora)]
    [InlineData("full", "full", TrainedPart.Full)]
    [InlineData("norms", "perp", TrainedPart.Norms)]
    public void Takes_what_tables_call_recoveries(string recovery, string recipe, TrainedPart part) =>
        (Read(recovery).Name, Read(recovery).Part).ShouldBe((recipe, part));

    [Fact]
    public void The_recipes_are_those_of_the_originals()
    {
        var wanda = Read("wanda");
        (wanda.Lora!.Rank, wanda.Lora.Alpha, wanda.Lora.Dropout, wanda.LearningRate, wanda.Warmup, wanda.RowsPerStep, wanda.Length, wanda.StepsOf(30000)).ShouldBe((8, 16, 0.05, 1e-4, 5, 128, 1024, 234));
        var pruner = Read("llm-pruner");
        (pruner.Lora!.Targets.Count, pruner.Warmup, pruner.Batch, pruner.RowsPerStep, pruner.Length, pruner.Epochs, pruner.Rows, pruner.EvaluationSamples).ShouldBe((0, 100, 4, 64, 256, 2, RowForm.Alpaca, 2000));
        pruner.RowsWanted.ShouldBeNull();
        pruner.StepsOf(49760).ShouldBe(1555);
    }

    [Fact]
    public void Takes_a_file_and_lets_options_win_over_it()
    {
        var path = _folder.Write("own.json", "{\"recipe\": \"llm-pruner\", \"rank\": 4, \"lr\": 1e-5, \"targets\": \"q_proj\", // note\n }");

        var recipe = Read(path, ("lr", "0.5"), ("batch", "2"));

        (recipe.Name, recipe.Lora!.Rank, recipe.LearningRate, recipe.Batch, recipe.Warmup).ShouldBe((path, 4, 0.5, 2, 100));
        recipe.Lora.Targets.ShouldBe(["q_proj"]);
        Read(_folder.Write("empty.json", "{}")).Lora!.Rank.ShouldBe(8);
    }

    [Theory]
    [InlineData("[1]", "{0} holds no JSON object; " + Form + ".")]
    [InlineData("{\"rank\": [1]}", "{0}: option rank is neither text nor number; " + Form + ".")]
    [InlineData("{\"recipe\": \"lora\"}", "Unknown recipe 'lora'. Known: full, llm-pruner, perp, the path of a .json file, wanda.")]
    [InlineData("{\"rnak\": 1}", "Unknown option of wanda 'rnak'. Did you mean 'rank'?*")]
    [InlineData("{\"rank\": 1.5}", "Option rank of wanda is '1.5'; a whole number from 1 on was expected.")]
    [InlineData("{\"rank\": ", "{0} is no valid JSON: *; " + Form + ".")]
    public void Says_what_is_wrong_with_a_file(string content, string sentence)
    {
        var path = _folder.Write("own.json", content);
        var message = Error(() => Read(path));

        var parts = sentence.Replace("{0}", path).Split('*');
        message.ShouldStartWith(parts[0]);
        message.ShouldEndWith(parts[^1]);
        (parts.Length > 1 || message.Length == parts[0].Length).ShouldBeTrue(message);
    }

    [Fact]
    public void Says_when_there_is_no_such_file() => Error(() => Read(_folder["none.json"])).ShouldStartWith($"The recipe {_folder["none.json"]} cannot be read: ");

    public void Dispose() => _folder.Dispose();

    private static FinetuneRecipe Read(string name, params (string Name, string Value)[] options) => RecipeReader.Read(name, options.ToDictionary(option => option.Name, option => option.Value));

    private static string Error(Action action) => Should.Throw<InputException>(action).Message;
}

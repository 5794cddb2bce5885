using Harness.Data.Training;
using Harness.LoraFinetune.Masks;
using Harness.LoraFinetune.Recipes;
using Harness.LoraFinetune.Training;
using Harness.Models;

namespace Harness.LoraFinetune.Tests.Training;

public sealed class TrainingStateTests : IDisposable
{
    private static readonly Dictionary<string, string> Inputs = new() { ["lr"] = "0.01", ["rows"] = "abc" };
    private static readonly TrainingSet Rows = TinyTraining.Rows(6, 12);

    private readonly TemporaryFolder _folder = new();
    private readonly CausalLM _model;

    public TrainingStateTests() => _model = CausalLM.Open(new TinyLlama
    {
        Change = (name, values) =>
        {
            for (var i = 0; i < values.Length && name.EndsWith("proj.weight", StringComparison.Ordinal); i += 2)
            {
                values[i] = 0;
            }
        },
    }.Write(_folder["model"]));

    [Theory]
    [InlineData("wanda", 0.0, 2)]
    [InlineData("wanda", 0.3, 4)] // between two savings, at 3 and at 6
    [InlineData("wanda", 0.3, 6)]
    [InlineData("full", null, 4)]
    [InlineData("perp", null, 7)]
    public void A_killed_training_goes_on_to_the_same_bits(string name, double? dropout, int killedAt)
    {
        var recipe = TinyTraining.Recipe(name, [("save-every", 3), ("weight-decay", 0.01), .. dropout is { } share ? new (string, object)[] { ("dropout", share) } : []]);
        using var masks = SparsityMasks.Of(_model);
        var (whole, values) = Run(recipe, masks, null);

        Should.Throw<OperationCanceledException>(() => Run(recipe, masks, State(), killedAt));
        var (resumed, same) = Run(recipe, masks, State());

        TinyTraining.Text(resumed).ShouldBe(TinyTraining.Text(whole));
        same.ShouldBe(values);
        Run(recipe, masks, State()).Values.ShouldBe(values); // what is done is not done again
        _model.Folder.Release();
    }

    [Fact]
    public void Only_the_newest_state_stays_and_goes_when_the_training_is_over()
    {
        var recipe = TinyTraining.Recipe("wanda", ("save-every", 3));

        Run(recipe, null, State());

        Directory.EnumerateFileSystemEntries(_folder["state"]).Select(Path.GetFileName).ShouldBe(["step-00000008"]);
        State().Delete();
        Directory.Exists(_folder["state"]).ShouldBeFalse();
        State().Newest.ShouldBeNull();
        _model.Folder.Release();
    }

    [Fact]
    public void What_was_begun_and_not_renamed_is_no_state()
    {
        var recipe = TinyTraining.Recipe("wanda", ("save-every", 3));
        Should.Throw<OperationCanceledException>(() => Run(recipe, null, State(), 4));
        Directory.CreateDirectory(_folder["state/step-00000006.partial"]);

        Path.GetFileName(State().Newest).ShouldBe("step-00000003");
        Run(recipe, null, State()).Curve.Loss.Count.ShouldBe(8);
        _model.Folder.Release();
    }

    [Fact]
    public void A_training_that_was_begun_otherwise_is_refused()
    {
        Run(TinyTraining.Recipe("wanda"), null, State());

        var other = new Dictionary<string, string> { ["lr"] = "0.02", ["rows"] = "abc", ["masks"] = "x" };
        Should.Throw<InputException>(() => Run(TinyTraining.Recipe("wanda"), null, new TrainingState(_folder["state"], other))).Message.ShouldBe(
            $"{_folder["state"]} holds a training that was begun otherwise (lr 0.01 → 0.02, masks none → x). Remove that folder to begin anew, or give what it was begun with.");
        _model.Folder.Release();
    }

    [Fact]
    public void A_damaged_state_is_told_in_one_sentence()
    {
        Run(TinyTraining.Recipe("wanda"), null, State());
        var manifest = Path.Combine(State().Newest!, "state.json");
        File.WriteAllText(manifest, "{");

        Should.Throw<InputException>(() => Run(TinyTraining.Recipe("wanda"), null, State())).Message.ShouldBe(
            $"{manifest} cannot be read as a training's state. Remove {State().Newest} and the training goes on from an earlier one, or begins anew.");
        _model.Folder.Release();
    }

    public void Dispose()
    {
        _model.Dispose();
        _model.Folder.Release();
        _folder.Dispose();
    }

    private TrainingState State() => new(_folder["state"], Inputs);

    private (TrainingCurve Curve, float[] Values) Run(FinetuneRecipe recipe, SparsityMasks? masks, TrainingState? state, int? killedAt = null)
    {
        using var scope = NewDisposeScope();
        using var weights = TinyTraining.Weights(_model, recipe, masks);
        var curve = new Trainer(_model, weights, recipe, Rows) { Evaluation = Rows, OrderSeed = 5, State = state, Progress = new Kill(killedAt) }.Run();
        return (curve, TinyTraining.Values(weights));
    }

    private sealed class Kill(int? step) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Step == step && step is not null)
            {
                throw new OperationCanceledException();
            }
        }
    }
}

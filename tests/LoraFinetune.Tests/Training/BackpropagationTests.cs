using Harness.Data.Training;
using Harness.LoraFinetune.Adapters;
using Harness.LoraFinetune.Recipes;
using Harness.LoraFinetune.Training;
using Harness.Models;

namespace Harness.LoraFinetune.Tests.Training;

public sealed class BackpropagationTests
{
    private const double Step = 1e-6;

    public static TheoryData<string> Families => [.. ReferenceFamilies.All];

    [Theory]
    [MemberData(nameof(Families))]
    public void Gradients_of_adapters_are_the_slope_of_the_loss(string family)
    {
        using var scope = NewDisposeScope();
        using var model = CausalLM.Open(ReferencePack.Path("families", family), float64);
        using var weights = Doubles(model);
        model.Overlay = weights.Overlay;
        var rows = new TrainingSet([.. Enumerable.Range(0, 30).Select(i => (i * i * 7 + i) % Math.Min(model.Config.VocabSize, 90))], [new(0, 12), new(12, 8, 3), new(20, 10, 5)]);
        using var portion = Portion.Of(rows, [0, 1, 2], 1024, 0, CPU).Single();

        var sum = new Backpropagation(model, weights.Tensors, keepsGraphs: false).Run(portion, 0.5);

        var before = HeldOutLoss.Of(model, rows);
        var targets = rows.Row(0).Targets + rows.Row(1).Targets + rows.Row(2).Targets;
        sum.ShouldBe(before * targets, 1e-9 * sum);
        var directions = weights.Tensors.Select(tensor => randn(tensor.Value.shape, float64)).ToArray();
        var expected = weights.Tensors.Zip(directions).Sum(pair => pair.First.Value.grad is { } gradient ? gradient.mul(pair.Second).sum().item<double>() : 0);
        var slope = (Moved(Step) - Moved(-Step)) / (2 * Step) * targets / 2;
        expected.ShouldBe(slope, 1e-5 * Math.Max(1, Math.Abs(slope)));

        double Moved(double step)
        {
            Move(weights, directions, step);
            var loss = HeldOutLoss.Of(model, rows);
            Move(weights, directions, -step);
            return loss;
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Portions_of_a_batch_give_the_gradients_of_the_whole(bool keepsGraphs)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var model = CausalLM.Open(new TinyLlama().Write(folder["model"]), float64);
        using var weights = Doubles(model);
        model.Overlay = weights.Overlay;
        var rows = new TrainingSet([.. Enumerable.Range(0, 60).Select(i => i * 11 % 90)], [new(0, 20, 4), new(20, 5), new(25, 15, 14), new(40, 20)]);

        var (whole, sum) = Gradients(1000);
        var (parts, same) = Gradients(25);

        same.ShouldBe(sum, 1e-12 * sum);
        whole.Zip(parts).ShouldAllBe(pair => pair.First.sub(pair.Second).abs().max().item<double>() < 1e-12);
        model.Folder.Release();

        (Tensor[] Gradients, double Loss) Gradients(int tokens)
        {
            var backpropagation = new Backpropagation(model, weights.Tensors, keepsGraphs);
            var portions = Portion.Of(rows, [0, 1, 2, 3], tokens, 0, CPU).ToArray();
            portions.Length.ShouldBe(tokens == 1000 ? 1 : 4);
            var loss = portions.Sum(portion => backpropagation.Run(portion, 1.0 / 50));
            Tensor[] gradients = [.. weights.Tensors.Select(tensor => tensor.Value.grad!.clone())];
            foreach (var tensor in weights.Tensors)
            {
                tensor.Value.grad = null;
            }

            return (gradients, loss);
        }
    }

    private static void Move(TrainedWeights weights, Tensor[] directions, double step)
    {
        using var _ = no_grad();
        foreach (var (tensor, direction) in weights.Tensors.Zip(directions))
        {
            tensor.Value.add_(direction.mul(step));
        }
    }

    /// <summary>Adapters on all linears in float64, B as random as A.</summary>
    private static LoraWeights Doubles(CausalLM model)
    {
        manual_seed(1);
        var shape = new LoraShape(2, 4, 0, []);
        using var made = LoraAdapter.New(model, shape, 1);
        return new LoraWeights(new LoraAdapter(shape, [.. made.Linears.Select(linear => KeyValuePair.Create(
            linear.Key, linear.Value with { A = linear.Value.A.to(float64), B = randn(linear.Value.B.shape, float64).mul(0.1) }))]), 0, 0);
    }
}

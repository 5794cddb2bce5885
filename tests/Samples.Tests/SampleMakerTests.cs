using Harness.Models;
using Harness.Models.Checkpoints;
using Harness.Models.Tokenizers;
using Harness.Tests.Shared;

namespace Harness.Samples.Tests;

/// <summary>The whole folder, from a seed to trained models, in a few steps.</summary>
public sealed class SampleMakerTests
{
    private const int Seed = 3;
    private const int Steps = 3;

    [Fact]
    public void Makes_a_data_root_and_models_that_can_be_used_at_once()
    {
        using var folder = new TemporaryFolder();
        var steps = new List<string>();
        new SampleMaker(folder["samples"], Seed, Steps) { Progress = (model, count) => new Counted(() => steps.Add($"{model} {count}")) }.Run();

        Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName).ShouldBe(["samples"]);
        steps.ShouldBe(SampleModel.All.Select(model => $"{model.Name} {Steps}"));
        foreach (var place in SampleModel.All.Select(model => folder[$"samples/{SampleMaker.Models}/{model.Name}"]))
        {
            using var model = CausalLM.Open(place, float32);
            model.Config.MaxPositions.ShouldBe(SampleModel.Positions);
            model.Folder.Files.SelectMany(file => file.Tensors).ShouldAllBe(tensor => tensor.Type == ElementType.Float16);
            Tokenizer.Load(place).VocabularySize.ShouldBe(model.Config.VocabSize);
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_weights()
    {
        using var one = new TemporaryFolder();
        using var two = new TemporaryFolder();
        foreach (var folder in new[] { one, two })
        {
            new SampleMaker(folder["samples"], Seed, Steps).Run();
        }

        foreach (var file in SampleModel.All.Select(model => $"samples/{SampleMaker.Models}/{model.Name}/model.safetensors"))
        {
            File.ReadAllBytes(one[file]).ShouldBe(File.ReadAllBytes(two[file]));
        }
    }

    [Fact]
    public void Refuses_a_folder_that_is_there()
    {
        using var folder = new TemporaryFolder();

        Should.Throw<InputException>(() => new SampleMaker(folder.Path, Seed).Run()).Message.ShouldBe(
            $"{folder.Path} already exists. Choose another output folder or remove it.");
    }

    private sealed class Counted(Action begun) : SampleProgress
    {
        private bool _begun;

        public override void Report(double value)
        {
            if (!_begun)
            {
                begun();
            }

            _begun = true;
        }

        public override void Dispose() => _begun.ShouldBeTrue();
    }
}

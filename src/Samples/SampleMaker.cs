using System.Numerics;

namespace Harness.Samples;

/// <summary>Makes the whole embedded default: a data root and the trained models, in one folder that appears when all of it is there.</summary>
/// <param name="output">The folder; must not exist yet.</param>
/// <param name="seed">Of everything: the same seed gives the same folder on the same machine.</param>
/// <param name="steps">That each model is trained.</param>
public sealed class SampleMaker(string output, BigInteger seed, int steps = SampleTraining.Steps)
{
    /// <summary>Folder of the data root.</summary>
    public const string Data = "data";

    /// <summary>Folder of the checkpoints.</summary>
    public const string Models = "models";

    /// <summary>Begins the display of a model's training: its name and steps; what it gives hears of the steps and is disposed of at their end.</summary>
    public Func<string, int, SampleProgress>? Progress { get; init; }

    /// <summary>Makes it.</summary>
    public void Run()
    {
        using var folder = new DurableFolder(output);
        SampleData.Write(Path.Combine(folder.Partial, Data), seed);
        var unfinished = $"{folder.Final}.training";
        foreach (var model in SampleModel.All)
        {
            var (start, state) = (Path.Combine(unfinished, $"{model.Name}.start"), Path.Combine(unfinished, model.Name));
            model.Write(start, seed);
            Directory.CreateDirectory(Path.Combine(folder.Partial, Models));
            using var progress = Progress?.Invoke(model.Name, steps);
            SampleTraining.Run(start, Path.Combine(folder.Partial, Models, model.Name), state, model.LearningRate, steps, seed, progress);
        }

        Durable.WriteText(Path.Combine(folder.Partial, "README.md"), Readme(seed));
        folder.Commit();
        Directory.Delete(unfinished, recursive: true);
    }

    private static string Readme(BigInteger seed) => $"""
        # Samples

        A small world, made and trained by this project alone: `harness samples make --seed {seed}`. Nothing here is written by hand; docs/samples.md says what it is.

        `{Data}/` is a data root in the hub's layout (`--data samples/{Data}`), `{Models}/` holds {string.Join(" and ", SampleModel.All.Select(model => model.Name))} (`--model samples/{Models}/{SampleModel.All[0].Name}`).

        """;
}

/// <summary>A display of steps that ends when it is disposed of.</summary>
public abstract class SampleProgress : IProgress<double>, IDisposable
{
    /// <inheritdoc/>
    public abstract void Report(double value);

    /// <inheritdoc/>
    public abstract void Dispose();
}

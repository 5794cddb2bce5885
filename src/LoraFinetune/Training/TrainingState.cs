using System.Globalization;
using System.Text.Json;
using Harness.Models.Checkpoints;

namespace Harness.LoraFinetune.Training;

/// <summary>
/// Where a training stands, on disk, so that a killed one goes on: what is trained, the optimizer's moments and the curve so far. Each state is a folder of its own, written beside and renamed;
/// only the newest stays.
/// </summary>
/// <param name="folder">Of this training.</param>
/// <param name="inputs">Everything that its numbers depend on, by name: a state of another training is refused.</param>
public sealed class TrainingState(string folder, IReadOnlyDictionary<string, string> inputs)
{
    private const string Manifest = "state.json";
    private const string Tensors = "state.safetensors";
    private const string First = ".first_moment";
    private const string Second = ".second_moment";

    private sealed record Content(Dictionary<string, string> Inputs, int Step, int OptimizerSteps, double LossScale, int GoodSteps, TrainingCurve Curve);

    /// <summary>The newest state's folder, or null.</summary>
    public string? Newest => Directory.Exists(folder) ? Directory.EnumerateDirectories(folder, "step-????????").Order(StringComparer.Ordinal).LastOrDefault() : null;

    /// <summary>Refuses to go on with a training of other inputs.</summary>
    public void Check()
    {
        if (Newest is not { } newest)
        {
            return;
        }

        var before = Read(newest).Inputs;
        var changed = inputs.Keys.Union(before.Keys).Order(StringComparer.Ordinal).Where(name => inputs.GetValueOrDefault(name) != before.GetValueOrDefault(name))
            .Select(name => $"{name} {before.GetValueOrDefault(name, "none")} → {inputs.GetValueOrDefault(name, "none")}").ToArray();
        if (changed.Length > 0)
        {
            throw new InputException($"{folder} holds a training that was begun otherwise ({string.Join(", ", changed)}). Remove that folder to begin anew, or give what it was begun with.");
        }
    }

    /// <summary>Writes where the training stands and drops what was written before.</summary>
    internal void Save(int step, TrainedWeights weights, AdamW optimizer, LossScale scale, TrainingCurve curve)
    {
        var final = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"step-{step:d8}"));
        Durable.Guard(final, () => Directory.CreateDirectory(folder));
        using (var partial = new DurableFolder(final))
        {
            Durable.WriteFile(Path.Combine(partial.Partial, Tensors), stream => Write(stream, weights, optimizer));
            var content = new Content(new(inputs), step, optimizer.Steps, scale.Value, scale.GoodSteps, curve);
            Durable.WriteText(Path.Combine(partial.Partial, Manifest), JsonSerializer.Serialize(content, Options));
            partial.Commit();
        }

        foreach (var older in Directory.EnumerateDirectories(folder).Where(other => other != final))
        {
            Directory.Delete(older, recursive: true);
        }
    }

    /// <summary>Takes everything to where the newest state left it; returns its step and curve, or null where there is none.</summary>
    internal (int Step, TrainingCurve Curve)? Restore(TrainedWeights weights, AdamW optimizer, LossScale scale)
    {
        Check();
        if (Newest is not { } newest)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var content = Read(newest);
        using var file = SafetensorsFile.Open(Path.Combine(newest, Tensors));
        foreach (var (tensor, moment) in weights.Tensors.Zip(optimizer.Moments))
        {
            tensor.Value.copy_(file.Load(tensor.Name));
            moment.First.copy_(file.Load(tensor.Name + First));
            moment.Second.copy_(file.Load(tensor.Name + Second));
        }

        optimizer.Steps = content.OptimizerSteps;
        scale.Resume(content.LossScale, content.GoodSteps);
        return (content.Step, content.Curve);
    }

    /// <summary>The training is over and its result written: nothing need be kept.</summary>
    public void Delete()
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static readonly JsonSerializerOptions Options = new() { NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private static Content Read(string state)
    {
        var path = Path.Combine(state, Manifest);
        try
        {
            return JsonSerializer.Deserialize<Content>(File.ReadAllText(path), Options)!;
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            throw new InputException($"{path} cannot be read as a training's state. Remove {state} and the training goes on from an earlier one, or begins anew.", e);
        }
    }

    private static void Write(Stream stream, TrainedWeights weights, AdamW optimizer)
    {
        (string Name, Tensor Value)[] tensors = [.. weights.Tensors.Zip(optimizer.Moments)
            .SelectMany(pair => new[] { (pair.First.Name, pair.First.Value), (pair.First.Name + First, pair.Second.First), (pair.First.Name + Second, pair.Second.Second) })];
        var writer = new SafetensorsWriter(stream, [.. tensors.Select(tensor => new StoredTensor(tensor.Name, tensor.Value.dtype.ToElementType(), tensor.Value.shape))]);
        foreach (var (name, value) in tensors)
        {
            using var scope = NewDisposeScope();
            writer.Write(name, value.detach());
        }

        writer.Complete();
    }
}

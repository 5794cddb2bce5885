using System.Globalization;
using System.Text.Json;
using Harness.Data.Training;
using Harness.LoraFinetune.Recipes;
using Harness.Models;
using Harness.Models.Checkpoints;

namespace Harness.LoraFinetune.Tests;

/// <summary>A case of the reference pack's lora/: what PEFT and PyTorch made of a pruned model, step by step.</summary>
internal sealed class LoraCase : IDisposable
{
    private readonly JsonElement _json;
    private readonly TemporaryFolder _scratch = new();

    public LoraCase(string name)
    {
        Folder = ReferencePack.Path("lora", name);
        _json = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "case.json"))).RootElement;
        Pruned = Path.Combine(_scratch.Path, "pruned");
        WritePruned(ReferencePack.Model(_json.GetProperty("model").GetString()!));
        Model = CausalLM.Open(Pruned);
    }

    /// <summary>In the pack.</summary>
    public string Folder { get; }

    /// <summary>The checkpoint that the case begins with.</summary>
    public string Pruned { get; }

    public CausalLM Model { get; }

    public string MasksPath => Path.Combine(Folder, "masks.safetensors");

    public FinetuneRecipe Recipe
    {
        get
        {
            var options = new Dictionary<string, string>
            {
                ["lr"] = Text("lr"),
                ["warmup"] = Text("warmup_steps"),
                ["weight-decay"] = Text("weight_decay"),
                ["steps"] = Text("steps"),
                ["batch"] = Text("batch"),
                ["accumulate"] = Text("gradient_accumulation"),
                ["length"] = Text("block"),
            };
            if (Text("r") != "0")
            {
                options["rank"] = Text("r");
                options["alpha"] = Text("alpha");
                options["dropout"] = "0";
                options["targets"] = string.Join(',', _json.GetProperty("targets").EnumerateArray().Select(target => target.GetString()));
            }

            return RecipeReader.Read(Text("r") == "0" ? "full" : "wanda", options);
        }
    }

    public TrainingSet Training => Rows("train_ids");

    public TrainingSet Evaluation => Rows("eval_ids");

    public double Number(string name) => _json.GetProperty(name).GetDouble();

    public double[] Numbers(string name) => [.. _json.GetProperty(name).EnumerateArray().Select(number => number.GetDouble())];

    public SafetensorsFile OpenFile(string name) => SafetensorsFile.Open(Path.Combine(Folder, name));

    public void Dispose()
    {
        Model.Dispose();
        Model.Folder.Release();
        _scratch.Dispose();
    }

    private string Text(string name) => _json.GetProperty(name).GetDouble().ToString(CultureInfo.InvariantCulture);

    private TrainingSet Rows(string name)
    {
        using var file = OpenFile("batches.safetensors");
        return new TrainingSet(Array.ConvertAll(file.ReadInt64s(name), id => (int)id), (int)file.Entry(name).Shape[1]);
    }

    private void WritePruned(string model)
    {
        using var scope = NewDisposeScope();
        using var folder = CheckpointFolder.Open(model);
        using var writer = new CheckpointWriter(folder, Pruned);
        using var masks = OpenFile("masks.safetensors");
        foreach (var entry in masks.Header.Entries)
        {
            writer.Replace(entry.Name, folder.Load(entry.Name).mul(masks.Load(entry.Name)));
        }

        writer.Commit();
    }
}

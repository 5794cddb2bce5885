using Harness.Models;
using Harness.Models.Checkpoints;
using Harness.Models.Decoders;
using Harness.Models.Decoders.Layouts;

namespace Harness.LoraFinetune.Adapters;

/// <summary>An adapter on disk, as PEFT writes and reads it: adapter_config.json beside adapter_model.safetensors (or, from older versions, adapter_model.bin).</summary>
public static class PeftFolder
{
    private const string Prefix = "base_model.model.";
    private const string WeightsName = "adapter_model.safetensors";
    private const string PickledName = "adapter_model.bin";

    /// <summary>Whether a folder holds an adapter.</summary>
    public static bool Is(string folder) => File.Exists(Path.Combine(folder, PeftConfig.FileName));

    /// <summary>SHA-256 over configuration and weights.</summary>
    public static string Key(string folder) => ContentKey.OfText(ContentKey.OfFile(Path.Combine(folder, PeftConfig.FileName)) + ContentKey.OfFile(WeightsOf(folder)));

    /// <summary>Where a linear's matrix lies in the file.</summary>
    /// <param name="matrix">A or B.</param>
    public static string NameOf(string parameter, char matrix) => $"{Prefix}{Module(parameter)}.lora_{matrix}.weight";

    /// <summary>Reads an adapter of this model.</summary>
    /// <param name="dropout">The share to note for further training; null for the adapter's own.</param>
    /// <exception cref="InputException">There is none, it is damaged, of another model, or of a kind that is not known.</exception>
    public static LoraAdapter Read(string folder, CausalLM model, double? dropout = null)
    {
        var config = PeftConfig.Read(folder);
        var path = WeightsOf(folder);
        ITensorFile file = path.EndsWith(".bin", StringComparison.Ordinal) ? TorchFile.Open(path) : SafetensorsFile.Open(path);
        try
        {
            var unread = file.Tensors.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
            var linears = new List<KeyValuePair<string, LowRank>>();
            foreach (var (parameter, linear) in model.Linears)
            {
                if (unread.Remove(NameOf(parameter, 'A')) && unread.Remove(NameOf(parameter, 'B')))
                {
                    linears.Add(new(parameter, Read(file, parameter, linear, config, model.Device)));
                }
            }

            return unread.Count == 0 && linears.Count > 0 ? new LoraAdapter(config.Shape with { Dropout = dropout ?? config.Shape.Dropout }, linears) : throw new InputException(unread.Count > 0
                ? $"{path} holds {unread.Order(StringComparer.Ordinal).First()}, which belongs to no linear of {model.Folder.Path}. Is the adapter of this model?"
                : $"{path} holds no matrices of an adapter; names as {NameOf(model.Linears.First().Parameter, 'A')} were expected.");
        }
        finally
        {
            file.Release();
        }
    }

    /// <summary>Writes an adapter into an existing folder.</summary>
    public static void Write(LoraAdapter adapter, CausalLM model, string folder)
    {
        var targets = adapter.Linears.Select(linear => LoraAdapter.LastPart(linear.Key)).Distinct().ToArray();
        var isTransposed = model.Linears.Any(linear => linear.Linear.Transposed);
        File.WriteAllText(Path.Combine(folder, PeftConfig.FileName), PeftConfig.Text(model.Folder.Path, adapter.Shape, targets, isTransposed));
        (string Name, Tensor Value)[] tensors = [.. adapter.Linears.SelectMany(linear => new[] { (NameOf(linear.Key, 'A'), linear.Value.A), (NameOf(linear.Key, 'B'), linear.Value.B) })];
        Durable.WriteFile(Path.Combine(folder, WeightsName), stream =>
        {
            var writer = new SafetensorsWriter(
                stream, [.. tensors.Select(tensor => new StoredTensor(tensor.Name, ElementType.Float32, tensor.Value.shape))], new Dictionary<string, string> { ["format"] = "pt" });
            foreach (var (name, value) in tensors)
            {
                using var scope = NewDisposeScope();
                writer.Write(name, value.detach());
            }

            writer.Complete();
        });
    }

    private static LowRank Read(ITensorFile file, string parameter, LinearLayout linear, PeftConfig config, Device device)
    {
        using var scope = NewDisposeScope();
        var a = file.Load(NameOf(parameter, 'A'));
        var rank = a.shape[0];
        return new LowRank(Matrix('A', rank, linear.Columns), Matrix('B', linear.Rows, rank), config.Scale(Module(parameter), rank));

        Tensor Matrix(char matrix, long rows, long columns)
        {
            var stored = file.Load(NameOf(parameter, matrix));
            return stored.shape.SequenceEqual([rows, columns]) ? stored.to(float32, device).clone().DetachFromDisposeScope() : throw new InputException(
                $"{file.Path}: {NameOf(parameter, matrix)} is [{string.Join(", ", stored.shape)}]; [{rows}, {columns}] was expected. Is the adapter of this model?");
        }
    }

    private static string Module(string parameter) => parameter[..^".weight".Length];

    private static string WeightsOf(string folder)
    {
        string[] names = [WeightsName, PickledName];
        return names.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
            ?? throw new InputException($"{folder} holds no {WeightsName}; a folder that PEFT or harness finetune has written was expected.");
    }
}

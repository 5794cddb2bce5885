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
    /// <param name="parameter">Of the linear's weight, as transformers calls it (<see cref="CausalLM.FullName"/>).</param>
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
                var name = model.FullName(parameter);
                if (unread.Contains(NameOf(name, 'B')) && unread.Remove(NameOf(name, 'A')))
                {
                    unread.Remove(NameOf(name, 'B'));
                    linears.Add(new(parameter, Read(file, name, linear, config, model.Device)));
                }
            }

            return unread.Count == 0 && linears.Count > 0 ? new LoraAdapter(config.Shape with { Dropout = dropout ?? config.Shape.Dropout }, linears) : throw new InputException(unread.Count > 0
                ? $"{path} holds {unread.Order(StringComparer.Ordinal).First()}, which belongs to no linear of {model.Folder.Path}. Is the adapter of this model?"
                : $"{path} holds no matrices of an adapter; names as {NameOf(model.FullName(model.Linears.First().Parameter), 'A')} were expected.");
        }
        finally
        {
            file.Release();
        }
    }

    /// <summary>Writes an adapter into an existing folder.</summary>
    public static void Write(LoraAdapter adapter, CausalLM model, string folder)
    {
        var isTransposed = model.Linears.Any(linear => linear.Linear.Transposed);
        var linears = adapter.Linears.Select(linear => (Name: model.FullName(linear.Key), linear.Value.A, linear.Value.B, linear.Value.Scale)).ToArray();
        var ranks = linears.Where(linear => linear.A.shape[0] != adapter.Shape.Rank).ToDictionary(linear => Module(linear.Name), linear => linear.A.shape[0]);
        var alphas = linears.Where(linear => linear.Scale != adapter.Shape.Alpha / linear.A.shape[0]).ToDictionary(linear => Module(linear.Name), linear => linear.Scale * linear.A.shape[0]);
        File.WriteAllText(Path.Combine(folder, PeftConfig.FileName), PeftConfig.Text(model.Folder.Path, adapter.Shape, Targets(adapter, model), isTransposed, ranks, alphas));
        (string Name, Tensor Value)[] tensors = [.. linears.SelectMany(linear => new[] { (NameOf(linear.Name, 'A'), linear.A), (NameOf(linear.Name, 'B'), linear.B) })];
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

    /// <summary>Names that mean the adapted linears and no others: those that were asked for, the last parts of the linears' names, or these in full.</summary>
    private static IReadOnlyList<string> Targets(LoraAdapter adapter, CausalLM model)
    {
        var adapted = adapter.Linears.Select(linear => linear.Key).ToHashSet(StringComparer.Ordinal);
        string[][] ways =
        [
            [.. adapter.Shape.Targets.Where(name => adapted.Any(linear => LoraAdapter.IsNamed(linear, name)))],
            [.. adapted.Select(LoraAdapter.LastPart).Distinct()],
        ];
        return ways.FirstOrDefault(names => model.Linears.All(linear => names.Any(name => LoraAdapter.IsNamed(linear.Parameter, name)) == adapted.Contains(linear.Parameter)))
            ?? [.. adapter.Linears.Select(linear => Module(model.FullName(linear.Key)))];
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

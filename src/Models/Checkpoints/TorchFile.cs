using Harness.Models.Checkpoints.Pickles;

namespace Harness.Models.Checkpoints;

/// <summary>
/// A file of torch.save that holds a dictionary from names to tensors: pytorch_model.bin, or the gradients that pruning papers pass around. Its pickle is read as data;
/// nothing in it is ever executed, and what is no plain data is refused by name.
/// </summary>
public sealed partial class TorchFile : ITensorFile
{
    private readonly Dictionary<string, (StoredTensor Stored, PickledTensor Pickled)> _byName;
    private readonly IReadOnlyDictionary<string, StorageRange> _storages;

    private TorchFile(string path, IReadOnlyList<(string Name, PickledTensor Tensor)> tensors, IReadOnlyDictionary<string, StorageRange> storages)
    {
        (Path, _storages) = (path, storages);
        Tensors = [.. tensors.Select(item => new StoredTensor(item.Name, item.Tensor.Type, item.Tensor.Shape))];
        _byName = Tensors.Zip(tensors, (stored, item) => (stored, item.Tensor)).ToDictionary(item => item.stored.Name, StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <summary>What it holds, in the order of the dictionary.</summary>
    public IReadOnlyList<StoredTensor> Tensors { get; }

    /// <summary>Their names.</summary>
    public IEnumerable<string> Names => Tensors.Select(tensor => tensor.Name);

    IReadOnlyDictionary<string, string>? ITensorFile.Metadata => null;

    /// <inheritdoc/>
    public StoredTensor Find(string name) => Both(name).Stored;

    /// <summary>Reads the names, shapes and places of the tensors, and no weights; no handle stays open.</summary>
    /// <exception cref="InputException">The file is absent or damaged, holds anything but names and tensors, or asks for code to be run.</exception>
    public static TorchFile Open(string path)
    {
        var container = TorchContainer.Read(path);
        if (container.Root is not PickledDictionary dictionary)
        {
            throw new InputException($"{path} holds {Describe(container.Root)}; a dictionary from names to tensors was expected, as model.state_dict() gives it.");
        }

        return new TorchFile(path, [.. dictionary.Items.Select(item => Named(path, item.Key, item.Value))], container.Storages);
    }

    private (StoredTensor Stored, PickledTensor Pickled) Both(string name) =>
        _byName.TryGetValue(name, out var both) ? both : throw AbsentTensor.In(Path, name, Tensors);

    private static (string, PickledTensor) Named(string path, object? key, object? value) => (key, value) is (string name, PickledTensor tensor)
        ? (name, tensor)
        : throw new InputException($"{path} holds {Describe(value)} under {(key is string text ? $"'{text}'" : Describe(key))}; a dictionary from names to tensors alone was expected. "
            + "Save the model's state_dict() alone.");

    private static string Describe(object? value) => value switch
    {
        null => "None",
        PickledDictionary dictionary => $"a dictionary of {dictionary.Items.Count}",
        List<object?> list => $"a list of {list.Count}",
        object?[] tuple => $"a tuple of {tuple.Length}",
        PickledTensor => "a tensor",
        PickledStorage => "a storage",
        string => "a text",
        byte[] => "bytes",
        bool => "a truth value",
        PickledGlobal global => $"'{global.Name}'",
        _ => "a number",
    };
}

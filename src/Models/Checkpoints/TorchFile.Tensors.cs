using Harness.Models.Checkpoints.Pickles;

namespace Harness.Models.Checkpoints;

public sealed partial class TorchFile
{
    private readonly Dictionary<string, Tensor> _inflated = new(StringComparer.Ordinal);

    // a block may be read while another is at work
    private readonly Lock _mapping = new();
    private Tensor? _mapped;

    /// <summary>
    /// A tensor as stored: a view of the memory-mapped file, which tensors of one storage share, or a copy where it is deflated, no whole run of elements, or does not lie at
    /// a multiple of its element size. The mapping is private: writing into the tensor changes memory only, never the file.
    /// </summary>
    /// <exception cref="InputException">No such tensor, or one of a type that tensors do not have.</exception>
    public Tensor Load(string name)
    {
        var tensor = Both(name).Pickled;
        var type = tensor.Type.ToScalarType() ?? throw new InputException(
            $"{Path}: tensor '{name}' has type {tensor.Type.TorchName()}, which no tensor can have here; signed integers, uint8, bool or floating point were expected.");
        using var scope = NewDisposeScope();
        if (tensor.Reach == 0)
        {
            return empty(tensor.Shape, type).MoveToOuterDisposeScope();
        }

        long begin;
        Tensor reach;
        lock (_mapping)
        {
            (var bytes, begin) = Bytes(tensor.Storage);
            begin += tensor.Offset * tensor.Type.Bytes();
            reach = bytes.narrow(0, begin, tensor.Reach * tensor.Type.Bytes());
        }

        var (misplaced, first) = (begin % tensor.Type.Bytes() != 0, begin / tensor.Type.Bytes());
        var elements = misplaced ? reach.clone().view(type) : reach.view(type);
        // counted from the first byte of the mapping, not of the part
        return elements.as_strided(tensor.Shape, tensor.Strides, misplaced ? 0 : first).contiguous().MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void CopyTo(string name, Stream target)
    {
        using var tensor = Load(name);
        TensorBytes.Write(tensor, tensor.dtype, target);
    }

    /// <inheritdoc/>
    public void Release()
    {
        lock (_mapping)
        {
            foreach (var storage in _inflated.Values.Append(_mapped))
            {
                storage?.Dispose();
            }

            _inflated.Clear();
            _mapped = null;
        }
    }

    /// <summary>As <see cref="Release"/>.</summary>
    public void Dispose() => Release();

    /// <summary>The bytes among which a storage lies, and where it begins among them.</summary>
    private (Tensor Bytes, long Begin) Bytes(PickledStorage storage)
    {
        var range = _storages[storage.Key];
        if (!range.IsDeflated)
        {
            _mapped ??= from_file(Path, shared: false, size: new FileInfo(Path).Length, dtype: ScalarType.Byte).DetachFromDisposeScope();
            return (_mapped, range.Begin);
        }

        if (!_inflated.TryGetValue(storage.Key, out var bytes))
        {
            _inflated[storage.Key] = bytes = tensor(range.Inflate(Path)).DetachFromDisposeScope();
        }

        return (bytes, 0);
    }
}

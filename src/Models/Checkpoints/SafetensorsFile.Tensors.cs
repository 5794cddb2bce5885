namespace Harness.Models.Checkpoints;

public sealed partial class SafetensorsFile
{
    // a block may be read while another is at work
    private readonly Lock _mapping = new();
    private Tensor? _mapped;

    /// <summary>
    /// A tensor as stored: a view of the memory-mapped file, or a copy where it does not lie at a multiple of its element size.
    /// The mapping is private: writing into the tensor changes memory only, never the file.
    /// </summary>
    /// <exception cref="InputException">No such tensor, or one of a type that tensors do not have.</exception>
    public Tensor Load(string name)
    {
        var entry = Entry(name);
        var type = entry.Type.ToScalarType() ?? throw new InputException(
            $"{Path}: tensor '{name}' has dtype {entry.Type.StoredName()}, which no tensor can have; signed integers, U8, BOOL or floating point were expected.");
        using var scope = NewDisposeScope();
        var bytes = Bytes(entry.Begin, entry.Bytes);
        var aligned = entry.Begin % entry.Type.Bytes() == 0 ? bytes : bytes.clone();
        return aligned.view(type).view([.. entry.Shape]).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Release()
    {
        lock (_mapping)
        {
            _mapped?.Dispose();
            _mapped = null;
        }
    }

    /// <summary>As <see cref="Release"/>.</summary>
    public void Dispose() => Release();

    private Tensor Bytes(long begin, long count)
    {
        lock (_mapping)
        {
            _mapped ??= from_file(Path, shared: false, size: Header.FileBytes, dtype: ScalarType.Byte).DetachFromDisposeScope();
            return _mapped.narrow(0, begin, count);
        }
    }
}

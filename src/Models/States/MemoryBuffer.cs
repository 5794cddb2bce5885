namespace Harness.Models;

/// <summary>Hidden states in the memory of the host or of a device.</summary>
/// <param name="freed">Called when the memory is given back.</param>
internal sealed class MemoryBuffer(long tokens, long width, ScalarType type, Device device, Action freed) : StateBuffer(tokens, width, type)
{
    private readonly Tensor _rows = empty([tokens, width], type, device).DetachFromDisposeScope();

    /// <summary>A view.</summary>
    public override Tensor Read(long first, long count) => _rows.narrow(0, first, count);

    public override void Write(long first, Tensor rows)
    {
        using var scope = NewDisposeScope();
        var flat = rows.flatten(0, -2);
        _rows.narrow(0, first, flat.shape[0]).copy_(flat);
    }

    public override void Dispose()
    {
        if (!_rows.IsInvalid)
        {
            _rows.Dispose();
            freed();
        }
    }
}

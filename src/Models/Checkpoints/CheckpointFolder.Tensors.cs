namespace Harness.Models.Checkpoints;

public sealed partial class CheckpointFolder : IDisposable
{
    /// <summary>A tensor as stored: a view of the memory-mapped file. Writing into it changes memory only, never the checkpoint.</summary>
    /// <exception cref="InputException">There is no such tensor.</exception>
    public Tensor Load(string name) => FileOf(name).Load(name);

    /// <summary>As <see cref="Load(string)"/>, for a tensor whose shape config.json implies.</summary>
    /// <exception cref="InputException">There is no such tensor, or it has another shape.</exception>
    public Tensor Load(string name, params ReadOnlySpan<long> shape)
    {
        var entry = Entry(name);
        return shape.SequenceEqual(entry.Shape.ToArray()) ? Load(name) : throw new InputException(
            $"{name} in {Path} has shape [{string.Join(", ", entry.Shape)}]; config.json implies [{string.Join(", ", shape.ToArray())}]. "
            + "Are config and weights from the same checkpoint?");
    }

    /// <summary>Gives the mappings up: memory goes once the tensors that view it are disposed. The next load maps anew.</summary>
    public void Release()
    {
        foreach (var file in Files)
        {
            file.Release();
        }
    }

    /// <summary>As <see cref="Release"/>.</summary>
    public void Dispose() => Release();
}

namespace Harness.Models.Checkpoints;

/// <summary>A file of named tensors: safetensors, or what torch.save wrote.</summary>
public interface ITensorFile : IDisposable
{
    /// <summary>Where the file is.</summary>
    string Path { get; }

    /// <summary>What it holds, in its own order.</summary>
    IReadOnlyList<StoredTensor> Tensors { get; }

    /// <summary>Free text beside the tensors; null where there is none.</summary>
    IReadOnlyDictionary<string, string>? Metadata { get; }

    /// <summary>One of them.</summary>
    /// <exception cref="InputException">No such tensor.</exception>
    StoredTensor Find(string name);

    /// <summary>A tensor as stored: a view of the memory-mapped file wherever it can be. Writing into it changes memory only, never the file.</summary>
    /// <exception cref="InputException">No such tensor, or one of a type that tensors do not have.</exception>
    Tensor Load(string name);

    /// <summary>Writes a tensor's elements, row-major, as stored, to <paramref name="target"/>.</summary>
    /// <exception cref="InputException">No such tensor.</exception>
    void CopyTo(string name, Stream target);

    /// <summary>Gives the mapping up; the memory goes once the tensors that view it are disposed. The next <see cref="Load"/> maps anew.</summary>
    void Release();
}

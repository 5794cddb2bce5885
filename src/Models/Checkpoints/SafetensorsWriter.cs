namespace Harness.Models.Checkpoints;

/// <summary>
/// Writes a safetensors file whose tensors are all declared up front; their bytes then come one tensor at a time and in any order, so that no
/// more than one needs to be in memory. Same declarations and bytes → same file.
/// </summary>
public sealed partial class SafetensorsWriter
{
    private readonly Stream _stream;
    private readonly HashSet<string> _missing;

    /// <param name="stream">Seekable and empty, as <see cref="Durable.WriteFile"/> gives; not closed here.</param>
    /// <param name="tensors">In the order in which they will lie in the file.</param>
    /// <param name="metadata">Written as the header's __metadata__; null leaves it out.</param>
    public SafetensorsWriter(Stream stream, IReadOnlyList<StoredTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        _stream = stream;
        (Header, var bytes) = SafetensorsHeader.Build(tensors, metadata);
        _missing = Header.Entries.Select(entry => entry.Name).ToHashSet(StringComparer.Ordinal);
        stream.Write(bytes);
    }

    /// <summary>Where each tensor lies.</summary>
    public SafetensorsHeader Header { get; }

    /// <summary>The declared tensors that have not been written yet, in the order of the file.</summary>
    public IEnumerable<SafetensorsEntry> Missing => Header.Entries.Where(entry => _missing.Contains(entry.Name));

    /// <summary>Writes a whole tensor from its bytes.</summary>
    public void Write(string name, ReadOnlySpan<byte> bytes)
    {
        var entry = Seek(name);
        if (bytes.Length != entry.Bytes)
        {
            throw new ArgumentException($"'{name}' was declared with {entry.Bytes} bytes and given {bytes.Length}.", nameof(bytes));
        }

        _stream.Write(bytes);
        _missing.Remove(name);
    }

    /// <summary>Writes a whole tensor from a file in which it is stored with the same element type and shape.</summary>
    public void Write(string name, ITensorFile source)
    {
        var entry = Seek(name).Tensor;
        var stored = source.Find(name);
        if (stored.Type != entry.Type || !stored.Shape.SequenceEqual(entry.Shape))
        {
            throw new ArgumentException($"'{name}' was declared as {Describe(entry)} and {source.Path} has it as {Describe(stored)}.", nameof(source));
        }

        source.CopyTo(name, _stream);
        _missing.Remove(name);
    }

    /// <summary>Ends the file.</summary>
    /// <exception cref="InvalidOperationException">A declared tensor was never written.</exception>
    public void Complete()
    {
        if (_missing.Count > 0)
        {
            throw new InvalidOperationException($"{_missing.Count} declared tensors were never written, the first is '{Missing.First().Name}'.");
        }

        _stream.Flush();
    }

    private SafetensorsEntry Seek(string name)
    {
        var entry = Header.Find(name) ?? throw new ArgumentException($"'{name}' was not declared.", nameof(name));
        _stream.Position = entry.Begin;
        return entry;
    }

    private static string Describe(StoredTensor tensor) => $"{tensor.Type.StoredName()} [{string.Join(", ", tensor.Shape)}]";
}

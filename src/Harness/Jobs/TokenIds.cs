using Harness.Models.Checkpoints;

namespace Harness.Cli.Jobs;

/// <summary>Token ids of a safetensors file, its tensor <c>input_ids</c> [rows, length] of any integer type.</summary>
/// <param name="Path">The file.</param>
/// <param name="Values">Row by row.</param>
/// <param name="Rows">How many.</param>
/// <param name="Length">Ids in each.</param>
internal sealed record TokenIds(string Path, int[] Values, int Rows, int Length)
{
    private const string Name = "input_ids";

    /// <summary>Reads the file.</summary>
    public static TokenIds Read(string path) => Read(SafetensorsFile.Open(path), Name);

    /// <summary>Reads one tensor of a file.</summary>
    public static TokenIds Read(SafetensorsFile file, string name)
    {
        if (file.Entry(name).Shape is not [var rows and > 0, var length and > 0] shape)
        {
            throw new InputException($"{file.Path}: tensor '{name}' has shape [{string.Join(", ", file.Entry(name).Shape)}]; [samples, length] was expected, both 1 or more.");
        }

        return new TokenIds(file.Path, Array.ConvertAll(file.ReadInt64s(name), id => Id(file.Path, name, id)), checked((int)shape[0]), checked((int)shape[1]));
    }

    /// <summary>Writes ids as int64 [rows, length].</summary>
    public static void Write(string path, ReadOnlySpan<int> ids, int length)
    {
        var wide = new long[ids.Length];
        for (var i = 0; i < wide.Length; i++)
        {
            wide[i] = ids[i];
        }

        Durable.WriteFile(path, stream =>
        {
            var writer = new SafetensorsWriter(stream, [new StoredTensor(Name, ElementType.Int64, [wide.Length / length, length])]);
            writer.Write(Name, System.Runtime.InteropServices.MemoryMarshal.AsBytes(wide.AsSpan()));
            writer.Complete();
        });
    }

    private static int Id(string path, string name, long id) => id is >= 0 and <= int.MaxValue
        ? (int)id
        : throw new InputException($"{path}: tensor '{name}' holds {id}, which is no token id.");
}

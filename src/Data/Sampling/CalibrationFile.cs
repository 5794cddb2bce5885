using System.Runtime.InteropServices;
using System.Text.Json;

namespace Harness.Data.Sampling;

/// <summary>A drawn set on disk. One that is damaged or of another shape counts as absent and is drawn again.</summary>
internal static class CalibrationFile
{
    public static void Write(string path, CalibrationSet set) => Durable.WriteFile(path, stream =>
        JsonSerializer.Serialize(stream, new Content(set.Length, set.Hash, set.Draws, MemoryMarshal.AsBytes<int>(set.Ids).ToArray())));

    public static CalibrationSet? TryRead(string path, CalibrationRequest request)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            var content = JsonSerializer.Deserialize<Content>(File.ReadAllBytes(path));
            var set = content is null ? null : new CalibrationSet(MemoryMarshal.Cast<byte, int>(content.Ids).ToArray(), content.Length, content.Draws);
            return set is not null && set.Hash == content!.Hash && set.Length == request.Length && set.Samples == request.Samples ? set : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record Content(int Length, string Hash, IReadOnlyList<Draw> Draws, byte[] Ids);
}

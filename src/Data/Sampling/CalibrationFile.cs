using System.Runtime.InteropServices;
using System.Text.Json;

namespace Harness.Data.Sampling;

/// <summary>A drawn set on disk. One that is damaged or of another shape counts as absent and is drawn again.</summary>
internal static class CalibrationFile
{
    public static void Write(string path, CalibrationSet set) => Durable.WriteFile(path, stream =>
        JsonSerializer.Serialize(stream, new Content(set.Length, set.Samples, set.Lengths?.ToArray(), set.Hash, set.Draws, MemoryMarshal.AsBytes<int>(set.Ids).ToArray())));

    public static CalibrationSet? TryRead(string path, CalibrationRequest request)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            var content = JsonSerializer.Deserialize<Content>(File.ReadAllBytes(path));
            var set = content is null ? null : Set(content);
            // rules other than the papers' may give fewer samples, and shorter ones
            return set is not null && set.Hash == content!.Hash && set.Samples == content.Samples && set.Samples <= request.Samples && set.Length <= request.Length ? set : null;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            return null;
        }
    }

    private static CalibrationSet? Set(Content content)
    {
        var ids = MemoryMarshal.Cast<byte, int>(content.Ids).ToArray();
        return content.Lengths is null ? content.Length < 1 ? null : new CalibrationSet(ids, content.Length, content.Draws)
            : content.Lengths.Length > 0 && content.Lengths.Sum() == ids.Length ? CalibrationSet.Of(ids, content.Lengths, content.Draws)
            : null;
    }

    private sealed record Content(int Length, int Samples, int[]? Lengths, string Hash, IReadOnlyList<Draw> Draws, byte[] Ids);
}

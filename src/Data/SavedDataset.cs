using System.Text.Json;

namespace Harness.Data;

/// <summary>A folder that <c>datasets.save_to_disk</c> has written: Arrow files that state.json lists in order.</summary>
internal static class SavedDataset
{
    private const string State = "state.json";
    private const string Splits = "dataset_dict.json";

    /// <summary>The folder is one, of one split or of several.</summary>
    public static bool Is(string path) => File.Exists(Path.Combine(path, State)) || File.Exists(Path.Combine(path, Splits));

    /// <summary>Its files in order.</summary>
    public static IReadOnlyList<string> Files(string path)
    {
        if (!File.Exists(Path.Combine(path, State)))
        {
            var splits = Read(path, Splits, root => root.GetProperty("splits").EnumerateArray().Select(split => split.GetString()!));
            throw new InputException($"{path} holds the splits {string.Join(", ", splits)}; name the folder of one, {Path.Combine(path, splits.FirstOrDefault("train"))} for example.");
        }

        var names = Read(path, State, root => root.GetProperty("_data_files").EnumerateArray().Select(file => file.GetProperty("filename").GetString()!));
        return [.. names.Select(name => Path.Combine(path, name))];
    }

    private static IReadOnlyList<string> Read(string path, string name, Func<JsonElement, IEnumerable<string>> list)
    {
        var file = Path.Combine(path, name);
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllText(file));
            return [.. list(json.RootElement)];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new InputException($"{file} does not list the dataset's files as datasets.save_to_disk writes it. Save the dataset again.", e);
        }
    }
}

using System.Text.Json;

namespace Harness.Results;

/// <summary>All that is wrong with one hand-written JSON file, gathered so that it can be told at once.</summary>
internal sealed class Problems(string file)
{
    private readonly List<string> _lines = [];

    public void Add(string path, string sentence) => _lines.Add(path.Length == 0 ? $"{file}: {sentence}" : $"{file}: {path}: {sentence}");

    /// <summary>Runs <paramref name="read"/>; what it refuses becomes a problem at <paramref name="path"/>.</summary>
    public T? Try<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InputException e)
        {
            Add(path, e.Message);
            return default;
        }
    }

    /// <summary>Opens the file's root object, hands it to <paramref name="read"/> and throws where anything was found wrong.</summary>
    public T Read<T>(string json, Func<StrictObject, T> read)
    {
        var result = default(T);
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            if (StrictObject.Open(document.RootElement, "", this) is { } root)
            {
                result = read(root);
                root.Close();
            }
        }
        catch (JsonException e)
        {
            Add($"line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}", "This is not JSON. Look for a missing comma, quote or bracket just before.");
        }

        return _lines.Count == 0 ? result! : throw new InputException(string.Join('\n', _lines));
    }
}

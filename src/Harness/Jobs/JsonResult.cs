using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Harness.Cli.Jobs;

/// <summary>The form of every JSON that a verb writes (docs/json.md): indented, camelCase, nulls left out, a line feed at the end.</summary>
internal static class JsonResult
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Leaves every letter as it is.</summary>
    public static JsonSerializerOptions Unescaped { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The value as text.</summary>
    public static string Text<T>(T value) => JsonSerializer.Serialize(value, Options) + "\n";

    /// <summary>Reads what <see cref="Text"/> has made.</summary>
    /// <exception cref="InputException">The file is damaged.</exception>
    public static T Read<T>(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllText(path), Options)!;
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            throw new InputException($"{path} cannot be read: {e.Message.TrimEnd('.')}. Remove its folder and it is made anew.", e);
        }
    }

    /// <summary>Writes the value where a path is given.</summary>
    public static void Write<T>(string? path, T value)
    {
        if (path is not null)
        {
            Durable.WriteText(path, Text(value));
        }
    }
}

using System.Text.Json;

namespace Harness.Models.Checkpoints;

/// <summary>
/// Reads the values of one JSON object of config.json strictly: a missing required key, a value of another type or an unknown name is a
/// sentence that names the file, the key and the value. A null counts as absent, as in transformers.
/// </summary>
public sealed class ConfigReader
{
    private readonly JsonElement _json;
    private readonly string _prefix;

    internal ConfigReader(string path, JsonElement json, string prefix = "") => (Path, _json, _prefix) = (path, json, prefix);

    /// <summary>The file, for sentences.</summary>
    public string Path { get; }

    /// <summary>Whether the key is there and not null.</summary>
    public bool Has(string key) => Value(key) is not null;

    /// <summary>Whether the key is there, be it as null.</summary>
    public bool Mentions(string key) => _json.TryGetProperty(key, out _);

    /// <summary>A whole number above 0 that must be there, under the first of the names that is.</summary>
    public int Size(params ReadOnlySpan<string> keys) => OptionalSize(keys) ?? throw Missing(keys[0], "a whole number above 0");

    /// <summary>A whole number above 0, or null.</summary>
    public int? OptionalSize(params ReadOnlySpan<string> keys)
    {
        var key = First(keys);
        return Value(key) is not { } value ? null
            : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number > 0 ? number
            : throw Wrong(key, "a whole number above 0");
    }

    /// <summary>A number above 0 that must be there.</summary>
    public double Positive(string key) => OptionalPositive(key) ?? throw Missing(key, "a number above 0");

    /// <summary>A number above 0, or null.</summary>
    public double? OptionalPositive(params ReadOnlySpan<string> keys)
    {
        var key = First(keys);
        return OptionalNumber(key) is not { } number ? null : number > 0 ? number : throw Wrong(key, "a number above 0");
    }

    /// <summary>A number, or null.</summary>
    public double? OptionalNumber(string key) => Value(key) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number) ? number
        : throw Wrong(key, "a number");

    /// <summary>Refuses any other value than this one, which it is also where it is absent.</summary>
    public void Require(string key, bool value, string why)
    {
        if (Flag(key, otherwise: value) != value)
        {
            throw Unsupported(key, why);
        }
    }

    /// <summary>true or false.</summary>
    public bool Flag(string key, bool otherwise) => Value(key)?.ValueKind switch
    {
        null => otherwise,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong(key, "true or false"),
    };

    /// <summary>A text that must be there.</summary>
    public string Text(string key) => OptionalText(key) ?? throw Missing(key, "a text");

    /// <summary>A text, or null.</summary>
    public string? OptionalText(string key) => Value(key) is not { } value ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw Wrong(key, "a text");

    /// <summary>What a text stands for under the first of the names that is there; an unknown one is refused with the nearest known.</summary>
    public T Choice<T>(IReadOnlyDictionary<string, T> known, T otherwise, params ReadOnlySpan<string> keys) => Choice(First(keys), known, otherwise);

    /// <summary>What a text stands for; an unknown one is refused with the nearest known.</summary>
    public T Choice<T>(string key, IReadOnlyDictionary<string, T> known, T otherwise) =>
        OptionalText(key) is not { } name ? otherwise : known.TryGetValue(name, out var value) ? value : throw Unknown(key, name, known.Keys);

    /// <summary>Token ids: a whole number, a list of them, or nothing.</summary>
    public IReadOnlyList<int> Ids(string key)
    {
        const string expected = "a token id or a list of token ids";
        return Value(key) is not { } value ? []
            : value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(Id)]
            : [Id(value)];

        int Id(JsonElement item) => item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out var id) ? id : throw Wrong(key, expected);
    }

    /// <summary>A list of numbers that must be there.</summary>
    public IReadOnlyList<double> Numbers(string key)
    {
        const string expected = "a list of numbers";
        var value = Value(key) ?? throw Missing(key, expected);
        return value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Number)
            ? [.. value.EnumerateArray().Select(item => item.GetDouble())]
            : throw Wrong(key, expected);
    }

    /// <summary>A whole number from 0 on, or null.</summary>
    public int? OptionalWhole(string key) => Value(key) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= 0 ? number
        : throw Wrong(key, "a whole number");

    /// <summary>A list of whole numbers; empty where it is absent.</summary>
    public IReadOnlyList<int> Integers(string key)
    {
        const string expected = "a list of whole numbers";
        return Value(key) is not { } value ? []
            : value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out var number) ? number : throw Wrong(key, expected))]
            : throw Wrong(key, expected);
    }

    /// <summary>A list of pairs of a list of texts and how often it repeats, written out.</summary>
    public IReadOnlyList<string> RepeatedTexts(string key)
    {
        try
        {
            return [.. Value(key)!.Value.EnumerateArray().SelectMany(pair => Enumerable.Repeat(pair[0].EnumerateArray().Select(text => text.GetString()!).ToArray(), pair[1].GetInt32())).SelectMany(texts => texts)];
        }
        catch (Exception e) when (e is InvalidOperationException or IndexOutOfRangeException or FormatException or ArgumentOutOfRangeException)
        {
            throw Wrong(key, "a list of pairs of a list of texts and a number");
        }
    }

    /// <summary>A list of texts; empty where it is absent.</summary>
    public IReadOnlyList<string> Texts(string key)
    {
        const string expected = "a list of texts";
        return Value(key) is not { } value ? []
            : value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? item.GetString()! : throw Wrong(key, expected))]
            : throw Wrong(key, expected);
    }

    /// <summary>An object inside this one, or null.</summary>
    public ConfigReader? Object(string key) => Value(key) is not { } value ? null
        : value.ValueKind == JsonValueKind.Object ? new ConfigReader(Path, value, $"{_prefix}{key}.")
        : throw Wrong(key, "an object");

    /// <summary>A value that the key must not have: what it is, and what was expected or what to do.</summary>
    public InputException Wrong(string key, string expected) => new($"{Path}: {_prefix}{key} is {Value(key)?.GetRawText()}, but {expected} was expected.");

    /// <summary>A value whose effect on the model's numbers is not implemented; <paramref name="why"/> ends the sentence.</summary>
    public InputException Unsupported(string key, string why) => new($"{Path}: {_prefix}{key} is {OnOneLine(Value(key)?.GetRawText() ?? "absent")}; {why}");

    /// <summary>A name that is none of the known.</summary>
    public InputException Unknown(string key, string name, IEnumerable<string> known) => new($"{Path}: {Names.Unknown(_prefix + key, name, known).Message}");

    private static string OnOneLine(string json)
    {
        var line = string.Join(' ', json.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length > 80 ? line[..80] + "…" : line;
    }

    private InputException Missing(string key, string expected) =>
        new($"{Path} lacks {_prefix}{key}, {expected}. Take the config.json that the checkpoint was published with.");

    private string First(ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if (Has(key))
            {
                return key;
            }
        }

        return keys[0];
    }

    private JsonElement? Value(string key) => _json.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}

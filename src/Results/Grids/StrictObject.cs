using System.Text.Json;

namespace Harness.Results;

/// <summary>
/// One object of a hand-written JSON file. Each key is taken by name and type; a wrong type or range is a problem and reads as null;
/// <see cref="Close"/> makes a problem of every key that nobody asked for.
/// </summary>
internal sealed class StrictObject
{
    private readonly string _path;
    private readonly Problems _problems;
    private readonly Dictionary<string, JsonElement> _given = [];
    private readonly HashSet<string> _asked = [];

    private StrictObject(JsonElement element, string path, Problems problems)
    {
        (_path, _problems) = (path, problems);
        foreach (var property in element.EnumerateObject())
        {
            if (!_given.TryAdd(property.Name, property.Value))
            {
                problems.Add(PathOf(property.Name), "This key is given twice. Keep one.");
            }
        }
    }

    /// <summary>The object at <paramref name="path"/>, or null and a problem where something else stands there.</summary>
    public static StrictObject? Open(JsonElement element, string path, Problems problems)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            return new StrictObject(element, path, problems);
        }

        problems.Add(path, Found(element, "an object in braces"));
        return null;
    }

    public IEnumerable<string> Keys => _given.Keys;

    public string PathOf(string key) => _path.Length == 0 ? key : $"{_path}.{key}";

    /// <summary>The raw value under a key, or null where there is none.</summary>
    public JsonElement? Take(string key)
    {
        _asked.Add(key);
        return _given.TryGetValue(key, out var value) ? value : null;
    }

    /// <summary>Takes a key away, so that it counts neither as unknown nor as known.</summary>
    public JsonElement? Remove(string key) => _given.Remove(key, out var value) ? value : null;

    public string? Text(string key, string? missing = null) => Take(key) switch
    {
        null => Missing<string>(key, missing),
        { ValueKind: JsonValueKind.String } value when value.GetString() is { Length: > 0 } text => text,
        { } value => Wrong<string>(key, value, "a text in quotes"),
    };

    public int? Whole(string key, int least, string? missing = null) => Take(key) switch
    {
        null => Missing<int?>(key, missing),
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt32(out var number) && number >= least => number,
        { } value => Wrong<int?>(key, value, $"a whole number, {least} or more"),
    };

    public double? Number(string key, string? missing = null) => Take(key) switch
    {
        null => Missing<double?>(key, missing),
        { ValueKind: JsonValueKind.Number } value when value.GetDouble() >= 0 => value.GetDouble(),
        { } value => Wrong<double?>(key, value, "a number, 0 or more"),
    };

    public bool? Flag(string key) => Take(key) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } value => Wrong<bool?>(key, value, "true or false"),
    };

    public StrictObject? Object(string key, string? missing = null) =>
        Take(key) is { } value ? Open(value, PathOf(key), _problems) : Missing<StrictObject>(key, missing);

    /// <summary>The elements of a list that has at least one, each with its path; none where the key is absent or no such list.</summary>
    public IEnumerable<(JsonElement Element, string Path)> List(string key, string? missing = null)
    {
        switch (Take(key))
        {
            case { ValueKind: JsonValueKind.Array } list when list.GetArrayLength() > 0:
                return list.EnumerateArray().Select((element, i) => (element, $"{PathOf(key)}[{i}]"));
            case { } other:
                Wrong<object>(key, other, "a list with at least one entry");
                return [];
            default:
                Missing<object>(key, missing);
                return [];
        }
    }

    /// <summary>One text, or those of a list, each with its path.</summary>
    public IEnumerable<(string Text, string Path)> TextOrTexts(string key, string? missing = null)
    {
        if (Take(key) is not { ValueKind: JsonValueKind.Array })
        {
            return Text(key, missing) is { } one ? [(one, PathOf(key))] : [];
        }

        var texts = new List<(string, string)>();
        foreach (var (element, path) in List(key))
        {
            if (element.ValueKind == JsonValueKind.String)
            {
                texts.Add((element.GetString()!, path));
            }
            else
            {
                _problems.Add(path, Found(element, "a text"));
            }
        }

        return texts;
    }

    /// <summary>Turns every key that was not asked for into a problem.</summary>
    public void Close()
    {
        foreach (var key in _given.Keys.Where(key => !_asked.Contains(key)))
        {
            _problems.Add(_path, Names.Unknown("key", key, _asked).Message);
        }
    }

    /// <summary>"Found 16.5; expected a whole number."</summary>
    public static string Found(JsonElement element, string expected)
    {
        var raw = element.GetRawText().ReplaceLineEndings(" ");
        return $"Found {(raw.Length > 40 ? raw[..40] + "…" : raw)}; expected {expected}.";
    }

    private T? Wrong<T>(string key, JsonElement value, string expected)
    {
        _problems.Add(PathOf(key), Found(value, expected));
        return default;
    }

    private T? Missing<T>(string key, string? advice)
    {
        if (advice is not null)
        {
            _problems.Add(PathOf(key), $"Missing. {advice}");
        }

        return default;
    }
}

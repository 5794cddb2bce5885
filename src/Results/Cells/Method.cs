using System.Text.Json;
using System.Text.Json.Serialization;

namespace Harness.Results;

/// <summary>
/// A pruning method with the options it runs under, as text. Equal by name and options. In JSON a name, or where options are given
/// an object: <c>{ "name": "wanda", "variant": "true" }</c>.
/// </summary>
[JsonConverter(typeof(MethodConverter))]
public sealed class Method : IEquatable<Method>
{
    private readonly SortedDictionary<string, string> _options = new(StringComparer.Ordinal);

    public Method(string name, IEnumerable<KeyValuePair<string, string>>? options = null)
    {
        Name = name;
        foreach (var (key, value) in options ?? [])
        {
            _options.Add(key, value);
        }
    }

    /// <summary>The unpruned model.</summary>
    public static Method Dense { get; } = new("dense");

    public string Name { get; }

    /// <summary>Option name → value, in ordinal order of the names; only those that were given.</summary>
    public IReadOnlyDictionary<string, string> Options => _options;

    public bool IsDense => Name == "dense";

    public bool Equals(Method? other) => other is not null && Name == other.Name && _options.SequenceEqual(other._options);

    public override bool Equals(object? obj) => Equals(obj as Method);

    public override int GetHashCode() => HashCode.Combine(Name, _options.Count);

    /// <summary>For people: <c>wanda</c>, <c>wanda variant</c>, <c>ria a=0.3</c>.</summary>
    public override string ToString() => string.Join(' ', _options.Select(option => Option(option.Key, option.Value)).Prepend(Name));

    /// <summary>For file names: <c>wanda</c>, <c>wanda+variant</c>, <c>ria+a=0.3</c>.</summary>
    internal string Slug => string.Join('+', _options.Select(option => Option(option.Key, Cell.FileSafe(option.Value))).Prepend(Name));

    private static string Option(string key, string value) => value == "true" ? key : $"{key}={value}";

    private sealed class MethodConverter : JsonConverter<Method>
    {
        public override Method Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.String)
            {
                return new Method(reader.GetString()!);
            }

            var given = JsonSerializer.Deserialize<Dictionary<string, string>>(ref reader, options)!;
            return given.Remove("name", out var name) ? new Method(name, given) : throw new JsonException("A method needs a name.");
        }

        public override void Write(Utf8JsonWriter writer, Method method, JsonSerializerOptions options)
        {
            if (method._options.Count == 0)
            {
                writer.WriteStringValue(method.Name);
                return;
            }

            writer.WriteStartObject();
            writer.WriteString("name", method.Name);
            foreach (var (key, value) in method._options)
            {
                writer.WriteString(key, value);
            }

            writer.WriteEndObject();
        }
    }
}

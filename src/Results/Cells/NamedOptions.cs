using System.Text.Json;
using System.Text.Json.Serialization;

namespace Harness.Results;

/// <summary>
/// A name with the options it runs under, as text. Equal by kind, name and options. In JSON a name, or where options are given
/// an object: <c>{ "name": "wanda", "variant": "true" }</c>.
/// </summary>
public abstract class NamedOptions : IEquatable<NamedOptions>
{
    private readonly SortedDictionary<string, string> _options = new(StringComparer.Ordinal);

    private protected NamedOptions(string name, IEnumerable<KeyValuePair<string, string>>? options)
    {
        Name = name;
        foreach (var (key, value) in options ?? [])
        {
            _options.Add(key, value);
        }
    }

    public string Name { get; }

    /// <summary>Option name → value, in ordinal order of the names; only those that were given.</summary>
    public IReadOnlyDictionary<string, string> Options => _options;

    public bool Equals(NamedOptions? other) => other is not null && GetType() == other.GetType() && Name == other.Name && _options.SequenceEqual(other._options);

    public override bool Equals(object? obj) => Equals(obj as NamedOptions);

    public override int GetHashCode() => HashCode.Combine(Name, _options.Count);

    /// <summary>For people: <c>wanda</c>, <c>wanda variant</c>, <c>ria a=0.3</c>.</summary>
    public override string ToString() => string.Join(' ', _options.Select(option => Option(option.Key, option.Value)).Prepend(Name));

    /// <summary>For file names: <c>wanda</c>, <c>wanda+variant</c>, <c>ria+a=0.3</c>.</summary>
    internal string Slug => string.Join('+', _options.Select(option => Option(option.Key, Cell.FileSafe(option.Value))).Prepend(Name));

    private static string Option(string key, string value) => value == "true" ? key : $"{key}={value}";

    private protected abstract class Converter<T>(Func<string, IEnumerable<KeyValuePair<string, string>>, T> make) : JsonConverter<T>
        where T : NamedOptions
    {
        public override T Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.String)
            {
                return make(reader.GetString()!, []);
            }

            var given = JsonSerializer.Deserialize<Dictionary<string, string>>(ref reader, options)!;
            return given.Remove("name", out var name) ? make(name, given) : throw new JsonException($"A {type.Name} needs a name.");
        }

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
        {
            if (value._options.Count == 0)
            {
                writer.WriteStringValue(value.Name);
                return;
            }

            writer.WriteStartObject();
            writer.WriteString("name", value.Name);
            foreach (var (key, text) in value._options)
            {
                writer.WriteString(key, text);
            }

            writer.WriteEndObject();
        }
    }
}

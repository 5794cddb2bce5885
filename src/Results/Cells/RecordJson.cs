using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Harness.Results;

/// <summary>The one form that records are written in: indented, properties in declared order, nulls left out, a newline at the end.</summary>
internal static class RecordJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        IndentSize = 2,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new SparsityConverter() },
    };

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options) + "\n";

    public static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, Options) ?? throw new JsonException("The file holds null.");

    private sealed class SparsityConverter : JsonConverter<Sparsity>
    {
        public override Sparsity Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => Sparsity.Parse(reader.GetString() ?? "");

        public override void Write(Utf8JsonWriter writer, Sparsity value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}

using System.Text.Json.Serialization;

namespace Harness.Results;

/// <summary>How pruned weights are finetuned before they are scored: <c>lora</c>, <c>full</c>, <c>norms</c>.</summary>
[JsonConverter(typeof(RecoveryConverter))]
public sealed class Recovery(string name, IEnumerable<KeyValuePair<string, string>>? options = null) : NamedOptions(name, options)
{
    /// <summary>What a grid calls no recovery at all.</summary>
    public const string None = "none";

    private sealed class RecoveryConverter() : Converter<Recovery>((name, options) => new Recovery(name, options));
}

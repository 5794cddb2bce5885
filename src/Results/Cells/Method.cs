using System.Text.Json.Serialization;

namespace Harness.Results;

/// <summary>A pruning method.</summary>
[JsonConverter(typeof(MethodConverter))]
public sealed class Method(string name, IEnumerable<KeyValuePair<string, string>>? options = null) : NamedOptions(name, options)
{
    /// <summary>The unpruned model.</summary>
    public static Method Dense { get; } = new("dense");

    public bool IsDense => Name == "dense";

    private sealed class MethodConverter() : Converter<Method>((name, options) => new Method(name, options));
}

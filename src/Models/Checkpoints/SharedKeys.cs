namespace Harness.Models.Checkpoints;

/// <summary>Keys that config.json has in every family.</summary>
internal static class SharedKeys
{
    private static readonly Dictionary<string, ElementType> FloatingPoint =
        ElementTypes.ByTorchName.Where(item => item.Value.IsFloatingPoint()).ToDictionary(StringComparer.Ordinal);

    /// <summary>dtype, or torch_dtype as it was called before transformers 5.</summary>
    public static ElementType? StoredType(this ConfigReader config) => config.Has("dtype")
        ? config.Choice("dtype", FloatingPoint, default)
        : config.Has("torch_dtype") ? config.Choice("torch_dtype", FloatingPoint, default) : null;

    /// <summary>bos_token_id: the first where there are several.</summary>
    public static int? BosId(this ConfigReader config) => config.Ids("bos_token_id") is [var first, ..] ? first : null;

    /// <summary>head_dim where given, otherwise that of the family, otherwise hidden_size / num_attention_heads, which must then be whole.</summary>
    public static int HeadDim(this ConfigReader config, int hidden, int heads, int? otherwise = null)
    {
        if ((config.OptionalSize("head_dim") ?? otherwise) is { } given)
        {
            return given;
        }

        return hidden % heads == 0 ? hidden / heads : throw config.Wrong("num_attention_heads", $"a divisor of hidden_size {hidden}");
    }
}

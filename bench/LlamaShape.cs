namespace Harness.Bench;

/// <summary>The shape of a published Llama.</summary>
internal sealed record LlamaShape(string Name, int Hidden, int Inner, int Heads, int KeyValueHeads, int Blocks)
{
    public static LlamaShape SevenBillion { get; } = new("7B", 4096, 11008, 32, 32, 32);

    public static LlamaShape SeventyBillion { get; } = new("70B", 8192, 28672, 64, 8, 80);

    /// <summary>Its config.json.</summary>
    /// <param name="type">That weights are stored in: <c>float16</c>.</param>
    /// <param name="blocks">The first so many of its blocks alone; null for all.</param>
    public object Config(string type, int? blocks = null) => new
    {
        model_type = "llama",
        architectures = new[] { "LlamaForCausalLM" },
        hidden_size = Hidden,
        intermediate_size = Inner,
        num_attention_heads = Heads,
        num_key_value_heads = KeyValueHeads,
        num_hidden_layers = blocks ?? Blocks,
        vocab_size = 32000,
        max_position_embeddings = 2048,
        rms_norm_eps = 1e-5,
        hidden_act = "silu",
        tie_word_embeddings = false,
        torch_dtype = type,
    };
}

using Harness.Models.Checkpoints;
using Harness.Models.Decoders.Layouts;

namespace Harness.Models.Decoders.Families;

/// <summary>A norm of the hidden size, or of another width.</summary>
internal delegate NormLayout NormOf(string name, int? width = null);

/// <summary>The sizes that nearly every config.json has, and the layouts that follow from them: what the families' tables are written with.</summary>
internal sealed record Dimensions
{
    public required ConfigReader Config { get; init; }

    public required int Hidden { get; init; }

    public required int Intermediate { get; init; }

    public required int Layers { get; init; }

    public required int Heads { get; init; }

    public required int KeyValueHeads { get; init; }

    public required int HeadDim { get; init; }

    public required int Vocabulary { get; init; }

    public required int Positions { get; init; }

    /// <summary>Reads them under any of the names that families give them.</summary>
    /// <param name="positions">max_position_embeddings where the file leaves it out.</param>
    /// <param name="keyValueHeads">Where the file leaves them out; null: as many as query heads.</param>
    /// <param name="headDim">Where the file leaves it out; null: hidden / heads.</param>
    /// <param name="isFourfold">Whether the intermediate size may be left out and then is four times the hidden size.</param>
    public static Dimensions Read(ConfigReader config, int positions, int? keyValueHeads = null, int? headDim = null, bool isFourfold = false)
    {
        var hidden = config.Size("hidden_size", "n_embd", "n_embed");
        var heads = config.Size("num_attention_heads", "n_head", "num_heads");
        var grouped = config.OptionalSize("num_key_value_heads", "num_kv_heads") ?? (config.Mentions("num_key_value_heads") ? heads : keyValueHeads ?? heads);
        if (heads % grouped != 0)
        {
            throw config.Wrong(config.Has("num_kv_heads") ? "num_kv_heads" : "num_key_value_heads", $"a divisor of num_attention_heads {heads}");
        }

        string[] intermediate = ["intermediate_size", "n_inner", "ffn_dim", "ffn_hidden_size"];
        return new Dimensions
        {
            Config = config,
            Hidden = hidden,
            Intermediate = isFourfold ? config.OptionalSize(intermediate) ?? 4 * hidden : config.Size(intermediate),
            Layers = config.Size("num_hidden_layers", "n_layer", "num_layers"),
            Heads = heads,
            KeyValueHeads = grouped,
            HeadDim = config.HeadDim(hidden, heads, headDim),
            Vocabulary = config.Size("vocab_size"),
            Positions = config.OptionalSize("max_position_embeddings", "n_positions", "max_sequence_length") ?? positions,
        };
    }

    /// <summary>The whole.</summary>
    public ModelConfig Model(DecoderLayout layout) => new()
    {
        ModelType = Config.Text("model_type"),
        Layout = layout,
        HiddenSize = Hidden,
        MaxPositions = Positions,
        Type = Config.StoredType(),
        BosId = Config.BosId(),
        EosIds = Config.Ids("eos_token_id"),
    };

    public EmbeddingLayout Embedding(string name) => new(name, Vocabulary, Hidden);

    /// <summary>The head; <paramref name="tied"/> where the file does not say.</summary>
    public HeadLayout Head(string name, bool tied) => new(name, Vocabulary, Hidden, Config.Flag("tie_word_embeddings", otherwise: tied));

    /// <summary>Norms of one kind; ε under that key.</summary>
    public NormOf Norms(NormKind kind, string epsilonKey, double epsilon, bool bias = false)
    {
        epsilon = Config.OptionalPositive(epsilonKey) ?? epsilon;
        return (name, width) => new NormLayout(kind, name, width ?? Hidden, epsilon) { Bias = bias };
    }

    public Activation Activation(Activation otherwise) => Config.Choice(Activations.ByName, otherwise, "hidden_act", "activation_function", "activation");

    /// <summary>Rotary positions over the heads, or the first part of them.</summary>
    public RotaryLayout Rotary(double theta = 10000, double part = 1, bool interleaved = false) => Rotary(RopeConfig.Read(Config, Positions, theta, part), interleaved);

    public RotaryLayout Rotary(RopeConfig rope, bool interleaved = false) => new(rope, 0, (int)(HeadDim * rope.PartialRotaryFactor), interleaved);

    /// <summary>Attention with scores divided by √(head dimensions).</summary>
    public AttentionLayout Attention(ProjectionLayout inputs, string output, bool bias, RotaryLayout? rotary) => new()
    {
        Inputs = inputs,
        Output = new(output, Hidden, Heads * HeadDim, bias),
        Heads = Heads,
        KeyValueHeads = KeyValueHeads,
        HeadDim = HeadDim,
        Scale = 1 / Math.Sqrt(HeadDim),
        Rotary = rotary,
    };

    /// <summary>A matrix each, {0} of the name being q, k or v, listed in the order of <paramref name="order"/>.</summary>
    public SeparateLayout Separate(string name, bool bias, string order = "qkv") => new([.. order.Select(letter => (
        letter == 'q' ? AttentionRole.Query : letter == 'k' ? AttentionRole.Key : AttentionRole.Value,
        new LinearLayout(string.Format(null, name, letter), (letter == 'q' ? Heads : KeyValueHeads) * HeadDim, Hidden, bias)))]);

    /// <summary>One matrix: all rows of q, then k, then v.</summary>
    public FusedLayout Stacked(string name, bool bias) => Fused(name, bias, new RowSplit(1, Heads * HeadDim, KeyValueHeads * HeadDim, KeyValueHeads * HeadDim));

    /// <summary>One matrix: for each key head its query heads' rows, its own, and its value head's.</summary>
    public FusedLayout Grouped(string name, bool bias) => Fused(name, bias, new RowSplit(KeyValueHeads, Heads / KeyValueHeads * HeadDim, HeadDim, HeadDim));

    /// <summary>down(act(gate(x)) · up(x)).</summary>
    public MlpLayout Gated(string gate, string up, string down, bool bias = false, int? intermediate = null, Activation otherwise = Checkpoints.Activation.Silu) => new(
        Activation(otherwise), [new(gate, intermediate ?? Intermediate, Hidden, bias), new(up, intermediate ?? Intermediate, Hidden, bias)], new(down, Hidden, intermediate ?? Intermediate, bias));

    /// <summary>down(act(up(x))).</summary>
    public MlpLayout Plain(string up, string down, bool bias, Activation otherwise) => new(Activation(otherwise), [new(up, Intermediate, Hidden, bias)], new(down, Hidden, Intermediate, bias));

    /// <summary>Which layers see so many keys only: those that layer_types says, or those that the family's rule picks where it is absent.</summary>
    public Func<int, int> Windows(int window, Func<int, bool> slides)
    {
        var types = Config.Texts("layer_types");
        foreach (var type in types.Where(type => type is not ("full_attention" or "sliding_attention")))
        {
            throw Config.Unknown("layer_types", type, ["full_attention", "sliding_attention"]);
        }

        if (types.Count > 0 && types.Count != Layers)
        {
            throw Config.Wrong("layer_types", $"a list of {Layers} texts, one for each layer,");
        }

        return layer => (types.Count > 0 ? types[layer] == "sliding_attention" : slides(layer)) ? window : 0;
    }

    /// <summary>sliding_window: 0 where it is null, <paramref name="otherwise"/> where it is absent.</summary>
    public int Window(int otherwise) => Config.Mentions("sliding_window") ? Config.OptionalSize("sliding_window") ?? 0 : otherwise;

    private FusedLayout Fused(string name, bool bias, RowSplit split) => new(new LinearLayout(name, split.Repeats * split.Sizes.Sum(), Hidden, bias) { Split = split });
}

using Harness.Models.Checkpoints;
using Harness.Models.Decoders.Layouts;

namespace Harness.Models.Decoders.Families;

/// <summary>Qwen 1.5 to 3, dense and with experts: LLaMA with biases on q, k and v (2) or norms on the heads of q and k (3); windows are there but mostly off.</summary>
internal static class Qwen2
{
    internal static ModelConfig ReadDense(ConfigReader config) => Read(config, Dimensions.Read(config, positions: 32768, keyValueHeads: 32), Second, (_, block) => block);

    internal static ModelConfig ReadThird(ConfigReader config) => Read(config, Dimensions.Read(config, positions: 32768, keyValueHeads: 32, headDim: 128), Third, (_, block) => block);

    internal static ModelConfig ReadExperts(ConfigReader config)
    {
        var size = Dimensions.Read(config, positions: 32768, keyValueHeads: 16);
        var experts = Experts(config, size, 60, 1408, 4) with
        {
            Shared = size.Gated("mlp.shared_expert.gate_proj", "mlp.shared_expert.up_proj", "mlp.shared_expert.down_proj", intermediate: config.OptionalSize("shared_expert_intermediate_size") ?? 5632),
            SharedGate = new("mlp.shared_expert_gate", 1, size.Hidden),
        };
        var hasExperts = WithExperts(config);
        return Read(config, size, Second, (layer, block) => hasExperts(layer) ? block with { Mlp = experts } : block);
    }

    internal static ModelConfig ReadThirdExperts(ConfigReader config)
    {
        var size = Dimensions.Read(config, positions: 32768, keyValueHeads: 4, headDim: null);
        var (experts, hasExperts) = (Experts(config, size, 128, 768, 8), WithExperts(config));
        return Read(config, size, Third, (layer, block) => hasExperts(layer) ? block with { Mlp = experts } : block);
    }

    private static ModelConfig Read(ConfigReader config, Dimensions size, Func<Dimensions, NormOf, AttentionLayout> attention, Func<int, BlockLayout, BlockLayout> vary)
    {
        var norm = size.Norms(NormKind.Rms, "rms_norm_eps", 1e-6);
        var block = LlamaTable.Block(size, norm, null) with { Attention = attention(size, norm) };
        var slides = config.Flag("use_sliding_window", otherwise: false);
        var full = config.OptionalSize("max_window_layers") ?? 28;
        var window = size.Windows(slides ? size.Window(otherwise: 4096) : 0, layer => layer >= full);
        return size.Model(LlamaTable.Decoder(size, norm, layer => vary(layer, block.Attending(attention => attention with { Window = window(layer) }))));
    }

    private static AttentionLayout Second(Dimensions size, NormOf norm) =>
        size.Attention(size.Separate("self_attn.{0}_proj", bias: size.Config.Flag("qkv_bias", otherwise: true)), "self_attn.o_proj", bias: false, size.Rotary());

    private static AttentionLayout Third(Dimensions size, NormOf norm)
    {
        var bias = size.Config.Flag("attention_bias", otherwise: false);
        return size.Attention(size.Separate("self_attn.{0}_proj", bias), "self_attn.o_proj", bias, size.Rotary()) with
        {
            QueryNorm = norm("self_attn.q_norm", size.HeadDim),
            KeyNorm = norm("self_attn.k_norm", size.HeadDim),
        };
    }

    private static ExpertsLayout Experts(ConfigReader config, Dimensions size, int experts, int intermediate, int chosen)
    {
        const string expert = "mlp.experts.{0}.";
        return size.Experts(
            "mlp.gate", ($"{expert}gate_proj", $"{expert}up_proj", $"{expert}down_proj"), config.OptionalSize("num_experts", "num_local_experts") ?? experts,
            config.OptionalSize("moe_intermediate_size") ?? intermediate, config.OptionalSize("num_experts_per_tok") ?? chosen) with
        {
            Renormalised = config.Flag("norm_topk_prob", otherwise: false),
        };
    }

    /// <summary>Which layers have experts.</summary>
    private static Func<int, bool> WithExperts(ConfigReader config)
    {
        var (without, step) = (config.Integers("mlp_only_layers"), config.OptionalSize("decoder_sparse_step") ?? 1);
        return layer => !without.Contains(layer) && (layer + 1) % step == 0;
    }
}

using Harness.Models.Checkpoints;
using Harness.Models.Decoders.Layouts;

namespace Harness.Models.Decoders.Families;

/// <summary>DeepSeek-V2 and V2-Lite (arXiv 2405.04434): latent attention; experts and shared experts behind the first layers.</summary>
internal static class DeepSeekV2
{
    // what the norms on the latents take, whatever the config says
    private const double LatentEpsilon = 1e-6;

    internal static ModelConfig Read(ConfigReader config)
    {
        var (plain, turned) = (config.OptionalSize("qk_nope_head_dim") ?? 128, config.OptionalSize("qk_rope_head_dim") ?? 64);
        var size = Dimensions.Read(config, positions: 2048, headDim: plain + turned);
        size = size with { HeadDim = plain + turned, KeyValueHeads = size.Heads };
        var norm = size.Norms(NormKind.Rms, "rms_norm_eps", 1e-6);
        var attention = Attention(config, size, plain, turned);
        var (experts, dense) = (Experts(config, size), config.OptionalWhole("first_k_dense_replace") ?? 0);
        var frequency = config.OptionalSize("moe_layer_freq") ?? 1;
        var block = LlamaTable.Block(size, norm, null) with { Attention = attention };
        return size.Model(LlamaTable.Decoder(size, norm, layer => layer >= dense && layer % frequency == 0 ? block with { Mlp = experts } : block));
    }

    private static AttentionLayout Attention(ConfigReader config, Dimensions size, int plain, int turned)
    {
        var (bias, rank, value) = (config.Flag("attention_bias", otherwise: false), config.OptionalSize("kv_lora_rank") ?? 512, config.OptionalSize("v_head_dim") ?? 128);
        NormLayout Norm(string name, int width) => new(NormKind.Rms, name, width, LatentEpsilon);
        var queryRank = config.Mentions("q_lora_rank") ? config.OptionalSize("q_lora_rank") : 1536;
        var rope = RopeConfig.Read(config, size.Positions);
        // the scores are stretched along with the positions
        var stretch = rope is { Type: RopeType.Yarn, MScaleAllDim: { } all and not 0, Factor: > 1 } ? 0.1 * all * Math.Log(rope.Factor) + 1 : 1;
        var layout = new LatentLayout
        {
            Query = queryRank is { } from ? new("self_attn.q_b_proj", size.Heads * size.HeadDim, from) : new("self_attn.q_proj", size.Heads * size.HeadDim, size.Hidden),
            QueryDown = queryRank is { } to ? new("self_attn.q_a_proj", to, size.Hidden, bias) : null,
            QueryNorm = queryRank is { } width ? Norm("self_attn.q_a_layernorm", width) : null,
            KeyValueDown = new("self_attn.kv_a_proj_with_mqa", rank + turned, size.Hidden, bias),
            KeyValueNorm = Norm("self_attn.kv_a_layernorm", rank),
            KeyValueUp = new("self_attn.kv_b_proj", size.Heads * (plain + value), rank),
            Sizes = new(size.Heads, plain),
        };
        var attention = size.Attention(layout, "self_attn.o_proj", bias, new RotaryLayout(rope, plain, turned, Interleaved: true));
        return attention with { Output = attention.Output with { Columns = size.Heads * value }, Scale = attention.Scale * stretch * stretch };
    }

    private static ExpertsLayout Experts(ConfigReader config, Dimensions size)
    {
        const string expert = "mlp.experts.{0}.", shared = "mlp.shared_experts.";
        var intermediate = config.OptionalSize("moe_intermediate_size") ?? 1407;
        var (groups, scoring) = (config.OptionalText("topk_method"), config.OptionalText("scoring_func") ?? "softmax");
        if (scoring != "softmax")
        {
            throw config.Unknown("scoring_func", scoring, ["softmax"]);
        }

        if (groups is not (null or "greedy" or "group_limited_greedy"))
        {
            throw config.Unknown("topk_method", groups, ["greedy", "group_limited_greedy"]);
        }

        config.Require("norm_topk_prob", false, "only experts whose shares are not renormalised are supported for model_type deepseek_v2.");
        var sharedExperts = config.OptionalSize("n_shared_experts");
        return size.Experts(
            "mlp.gate", ($"{expert}gate_proj", $"{expert}up_proj", $"{expert}down_proj"), config.Size("n_routed_experts"), intermediate, config.Size("num_experts_per_tok")) with
        {
            Scale = config.OptionalPositive("routed_scaling_factor") ?? 1,
            Groups = groups == "group_limited_greedy" ? config.Size("n_group") : 1,
            ChosenGroups = groups == "group_limited_greedy" ? config.Size("topk_group") : 1,
            Shared = sharedExperts is { } count ? size.Gated($"{shared}gate_proj", $"{shared}up_proj", $"{shared}down_proj", intermediate: count * intermediate) : null,
        };
    }
}

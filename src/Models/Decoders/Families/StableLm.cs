using Harness.Models.Checkpoints;

namespace Harness.Models.Decoders.Families;

/// <summary>StableLM: LLaMA with LayerNorms and rotary positions on a quarter of each head.</summary>
internal static class StableLm
{
    internal static ModelConfig Read(ConfigReader config)
    {
        config.Require("qk_layernorm", false, "norms on the heads of q and k are not supported for model_type stablelm.");
        var size = Dimensions.Read(config, positions: 4096, keyValueHeads: 32);
        var norm = size.Norms(NormKind.Layer, "layer_norm_eps", 1e-5, bias: true);
        var parallel = config.Flag("use_parallel_residual", otherwise: false);
        var block = LlamaTable.Block(size, norm, null);
        block = block with
        {
            Parallel = parallel,
            Attention = size.Attention(size.Separate("self_attn.{0}_proj", config.Flag("use_qkv_bias", otherwise: false)), "self_attn.o_proj", bias: false, size.Rotary(part: 0.25)),
            MlpNorm = parallel ? null : block.MlpNorm,
        };
        return size.Model(LlamaTable.Decoder(size, norm, _ => block));
    }
}

using Harness.Models.Checkpoints;

namespace Harness.Models.Decoders.Families;

/// <summary>Cohere's Command R: parallel blocks with one LayerNorm that has no bias, rotary positions on pairs of neighbours, scaled logits of a tied head.</summary>
internal static class Cohere
{
    internal static ModelConfig Read(ConfigReader config)
    {
        config.Require("use_qk_norm", false, "norms on the heads of q and k are not supported for model_type cohere.");
        var size = Dimensions.Read(config, positions: 8192);
        var norm = size.Norms(NormKind.Layer, "layer_norm_eps", 1e-5);
        var block = LlamaTable.Block(size, norm, size.Rotary(interleaved: true), config.Flag("attention_bias", otherwise: false)) with { Parallel = true, MlpNorm = null };
        var decoder = LlamaTable.Decoder(size, norm, _ => block, tied: true);
        return size.Model(decoder with { Head = decoder.Head with { Scale = config.OptionalPositive("logit_scale") ?? 0.0625 } });
    }
}

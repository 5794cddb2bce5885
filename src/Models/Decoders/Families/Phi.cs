using Harness.Models.Checkpoints;
using Harness.Models.Decoders.Layouts;

namespace Harness.Models.Decoders.Families;

/// <summary>Phi-1, 1.5 and 2: attention and feed-forward part read the same LayerNorm; rotary positions on a part of each head; biases everywhere.</summary>
internal static class Phi
{
    internal static ModelConfig Read(ConfigReader config)
    {
        var size = Dimensions.Read(config, positions: 2048);
        var norm = size.Norms(NormKind.Layer, "layer_norm_eps", 1e-5, bias: true);
        config.Require("qk_layernorm", false, "norms on the heads of q and k are not supported for model_type phi.");
        var block = new BlockLayout
        {
            Parallel = true,
            AttentionNorm = norm("input_layernorm"),
            Attention = size.Attention(size.Separate("self_attn.{0}_proj", bias: true), "self_attn.dense", bias: true, size.Rotary(part: 0.5)),
            Mlp = size.Plain("mlp.fc1", "mlp.fc2", bias: true, Activation.GeluTanh),
        };
        var decoder = LlamaTable.Decoder(size, norm, _ => block);
        return size.Model(decoder with { FinalNorm = norm("final_layernorm"), Head = decoder.Head with { Bias = true } });
    }
}

using Harness.Models.Checkpoints;

namespace Harness.Models.Decoders.Families;

/// <summary>StarCoder2: LLaMA with LayerNorms, biases and a feed-forward part without a gate; a window in some sizes.</summary>
internal static class StarCoder2
{
    internal static ModelConfig Read(ConfigReader config)
    {
        var size = Dimensions.Read(config, positions: 4096, keyValueHeads: 2);
        var norm = size.Norms(NormKind.Layer, "norm_epsilon", 1e-5, bias: true);
        var bias = config.Flag("use_bias", otherwise: true);
        var block = LlamaTable.Block(size, norm, size.Rotary(), bias) with { Mlp = size.Plain("mlp.c_fc", "mlp.c_proj", bias, Activation.GeluTanh) };
        var window = size.Windows(size.Window(otherwise: 0), _ => true);
        return size.Model(LlamaTable.Decoder(size, norm, layer => block.Attending(attention => attention with { Window = window(layer) }), tied: true));
    }
}

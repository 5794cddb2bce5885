using Harness.Models.Checkpoints;

namespace Harness.Models.Decoders.Families;

/// <summary>Mistral 7B to Nemo: LLaMA with a sliding window where the config has one.</summary>
internal static class Mistral
{
    internal static ModelConfig Read(ConfigReader config)
    {
        var size = Dimensions.Read(config, positions: 131072, keyValueHeads: 8);
        var norm = size.Norms(NormKind.Rms, "rms_norm_eps", 1e-6);
        var (block, window) = (LlamaTable.Block(size, norm, size.Rotary()), size.Windows(size.Window(otherwise: 4096), _ => true));
        return size.Model(LlamaTable.Decoder(size, norm, layer => block.Attending(attention => attention with { Window = window(layer) })));
    }
}

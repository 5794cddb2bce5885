using Harness.Models.Checkpoints;

namespace Harness.Models.Decoders.Families;

/// <summary>Mixtral 8x7B and 8x22B: Mistral with experts (Jiang et al. 2024, arXiv 2401.04088).</summary>
internal static class Mixtral
{
    internal static ModelConfig Read(ConfigReader config)
    {
        var size = Dimensions.Read(config, positions: 131072, keyValueHeads: 8);
        var norm = size.Norms(NormKind.Rms, "rms_norm_eps", 1e-5);
        const string expert = "block_sparse_moe.experts.{0}.";
        var experts = size.Experts(
            "block_sparse_moe.gate", ($"{expert}w1", $"{expert}w3", $"{expert}w2"),
            config.OptionalSize("num_local_experts") ?? 8, size.Intermediate, config.OptionalSize("num_experts_per_tok") ?? 2);
        var window = size.Windows(size.Window(otherwise: 0), _ => true);
        var block = LlamaTable.Block(size, norm, size.Rotary(theta: 1e6)) with { Mlp = experts with { Renormalised = true } };
        return size.Model(LlamaTable.Decoder(size, norm, layer => block.Attending(attention => attention with { Window = window(layer) })));
    }
}

using Harness.Models.Checkpoints;

namespace Harness.Models.Decoders.Families;

/// <summary>
/// Baichuan 1 and 2: LLaMA with q, k and v stacked in one matrix. 7B has rotary positions, 13B ALiBi; its config.json has no max_position_embeddings. In 2, the rows of
/// the head are divided by their lengths; its config.json has z_loss_weight.
/// </summary>
internal static class Baichuan
{
    private const int VocabularyOfSecond = 125696;

    internal static ModelConfig Read(ConfigReader config)
    {
        var isRotary = config.Has("max_position_embeddings");
        var size = Dimensions.Read(config, positions: config.OptionalSize("model_max_length") ?? 4096);
        var norm = size.Norms(NormKind.Rms, "rms_norm_eps", 1e-6);
        var attention = size.Attention(size.Stacked("self_attn.W_pack", bias: false), "self_attn.o_proj", bias: false, isRotary ? size.Rotary() : null);
        var block = LlamaTable.Block(size, norm, null) with { Attention = isRotary ? attention : attention with { Alibi = new() } };
        var decoder = LlamaTable.Decoder(size, norm, _ => block);
        var isSecond = config.Mentions("z_loss_weight") || size.Vocabulary == VocabularyOfSecond;
        return size.Model(decoder with { Head = decoder.Head with { NormalisedRows = isSecond } });
    }
}

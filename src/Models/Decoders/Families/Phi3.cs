using Harness.Models.Checkpoints;
using Harness.Models.Decoders.Layouts;

namespace Harness.Models.Decoders.Families;

/// <summary>Phi-3 and 4: LLaMA with q, k and v in one matrix, gate and up in another; windows and longrope in some sizes.</summary>
internal static class Phi3
{
    internal static ModelConfig Read(ConfigReader config)
    {
        var size = Dimensions.Read(config, positions: 4096);
        var norm = size.Norms(NormKind.Rms, "rms_norm_eps", 1e-5);
        var joint = new LinearLayout("mlp.gate_up_proj", 2 * size.Intermediate, size.Hidden) { Split = new RowSplit(1, size.Intermediate, size.Intermediate) };
        var block = LlamaTable.Block(size, norm, null) with
        {
            Attention = size.Attention(size.Stacked("self_attn.qkv_proj", bias: false), "self_attn.o_proj", bias: false, size.Rotary()),
            Mlp = new MlpLayout(size.Activation(Activation.Silu), [joint], new("mlp.down_proj", size.Hidden, size.Intermediate)),
        };
        var window = size.Windows(size.Window(otherwise: 0), _ => true);
        return size.Model(LlamaTable.Decoder(size, norm, layer => block.Attending(attention => attention with { Window = window(layer) })));
    }
}

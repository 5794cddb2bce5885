using Harness.Models.Checkpoints;
using Harness.Models.Decoders.Layouts;

namespace Harness.Models.Decoders.Families;

/// <summary>Gemma 1 to 3 (text): LLaMA with 1 + w norms, a scaled embedding, GELU, a tied head; 2 and 3 with four norms, and windows in most layers.</summary>
internal static class Gemma
{
    internal static ModelConfig ReadFirst(ConfigReader config)
    {
        var size = Dimensions.Read(config, positions: 8192, keyValueHeads: 16, headDim: 256);
        var norm = size.Norms(NormKind.RmsOnePlus, "rms_norm_eps", 1e-6);
        var block = Block(size, norm, size.Rotary());
        return size.Model(Decoder(size, norm, _ => block));
    }

    internal static ModelConfig ReadSecond(ConfigReader config)
    {
        var size = Dimensions.Read(config, positions: 8192, keyValueHeads: 4, headDim: 256);
        var norm = size.Norms(NormKind.RmsOnePlus, "rms_norm_eps", 1e-6);
        var block = WithFourNorms(Block(size, norm, size.Rotary()), size, norm);
        var window = size.Windows(size.Window(otherwise: 4096), layer => layer % 2 == 0);
        var (scores, logits) = (Cap(config, "attn_logit_softcapping", 50), Cap(config, "final_logit_softcapping", 30));
        var decoder = Decoder(size, norm, layer => block.Attending(attention => attention with { Window = window(layer), SoftCap = scores }));
        return size.Model(decoder with { Head = decoder.Head with { SoftCap = logits } });
    }

    internal static ModelConfig ReadThird(ConfigReader config)
    {
        var size = Dimensions.Read(config, positions: 131072, keyValueHeads: 4, headDim: 256);
        var norm = size.Norms(NormKind.RmsOnePlus, "rms_norm_eps", 1e-6);
        var (local, global) = Rotaries(config, size);
        var block = WithFourNorms(Block(size, norm, null), size, norm).Attending(attention => attention with
        {
            QueryNorm = norm("self_attn.q_norm", size.HeadDim),
            KeyNorm = norm("self_attn.k_norm", size.HeadDim),
            SoftCap = Cap(config, "attn_logit_softcapping", 0),
        });
        var pattern = config.OptionalSize("sliding_window_pattern", "_sliding_window_pattern") ?? 6;
        var window = size.Windows(size.Window(otherwise: 4096), layer => (layer + 1) % pattern != 0);
        var decoder = Decoder(size, norm, layer => block.Attending(attention => attention with { Window = window(layer), Rotary = window(layer) > 0 ? local : global }));
        return size.Model(decoder with { Head = decoder.Head with { SoftCap = Cap(config, "final_logit_softcapping", 0) } });
    }

    private static BlockLayout Block(Dimensions size, NormOf norm, RotaryLayout? rotary)
    {
        var block = LlamaTable.Block(size, norm, rotary, size.Config.Flag("attention_bias", otherwise: false));
        return block with { Mlp = (MlpLayout)block.Mlp with { Activation = Activation(size.Config) } };
    }

    private static BlockLayout WithFourNorms(BlockLayout block, Dimensions size, NormOf norm) => block.Attending(attention => attention with
    {
        Scale = 1 / Math.Sqrt(size.Config.OptionalPositive("query_pre_attn_scalar") ?? 256),
    }) with
    {
        AttentionOutputNorm = norm("post_attention_layernorm"),
        MlpNorm = norm("pre_feedforward_layernorm"),
        MlpOutputNorm = norm("post_feedforward_layernorm"),
    };

    private static DecoderLayout Decoder(Dimensions size, NormOf norm, Func<int, BlockLayout> block)
    {
        var decoder = LlamaTable.Decoder(size, norm, block, tied: true);
        return decoder with { Embedding = decoder.Embedding with { Scale = Math.Sqrt(size.Hidden) } };
    }

    /// <summary>Files of the first Gemma say "gelu" and mean its tanh form; the newer key means what it says.</summary>
    private static Activation Activation(ConfigReader config)
    {
        var old = config.Choice("hidden_act", Activations.ByName, Checkpoints.Activation.GeluTanh);
        return config.Choice("hidden_activation", Activations.ByName, old == Checkpoints.Activation.Gelu ? Checkpoints.Activation.GeluTanh : old);
    }

    /// <summary>Null in the file means none.</summary>
    private static double Cap(ConfigReader config, string key, double otherwise) => config.Mentions(key) ? config.OptionalPositive(key) ?? 0 : otherwise;

    /// <summary>Layers with a window have a rotary base of their own, and no scaling in the older form.</summary>
    private static (RotaryLayout Local, RotaryLayout Global) Rotaries(ConfigReader config, Dimensions size)
    {
        const double globalBase = 1e6, localBase = 1e4;
        var nested = config.Object("rope_parameters");
        if (nested?.Object("full_attention") is { } full)
        {
            return (size.Rotary(RopeConfig.Read(nested.Object("sliding_attention"), config, size.Positions, localBase)), size.Rotary(RopeConfig.Read(full, config, size.Positions, globalBase)));
        }

        var local = new RopeConfig { Theta = config.OptionalPositive("rope_local_base_freq") ?? localBase, OriginalMaxPositions = size.Positions };
        return (size.Rotary(local), size.Rotary(theta: globalBase));
    }
}

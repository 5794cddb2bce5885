using Harness.Models.Checkpoints;

namespace Harness.Models.Decoders.Families;

/// <summary>A family: what it covers, and how a config.json of its model_type becomes a layout. A new one is a file beside this one and a line here.</summary>
public sealed record Family(string ModelType, string Covers, Func<ConfigReader, ModelConfig> Read)
{
    /// <summary>Every family that can be run, by name.</summary>
    public static IReadOnlyList<Family> All { get; } =
    [
        new("baichuan", "Baichuan 1 and 2, 7B and 13B", Baichuan.Read),
        new("bloom", "BLOOM, BLOOMZ", Bloom.Read),
        new("cohere", "Command R, Aya 23", Cohere.Read),
        new("deepseek_v2", "DeepSeek-V2, V2-Lite, Coder-V2", DeepSeekV2.Read),
        new("falcon", "Falcon 7B, 11B, 40B, 180B, RW", Falcon.Read),
        new("gemma", "Gemma 1, CodeGemma", Gemma.ReadFirst),
        new("gemma2", "Gemma 2", Gemma.ReadSecond),
        new("gemma3_text", "Gemma 3, text", Gemma.ReadThird),
        new("gpt2", "GPT-2, DistilGPT-2", Gpt2.Read),
        new("gpt_neo", "GPT-Neo", GptNeo.Read),
        new("gpt_neox", "GPT-NeoX, Pythia, Dolly 2", GptNeoX.Read),
        new("gptj", "GPT-J", GptJ.Read),
        new("internlm2", "InternLM2, 2.5", InternLm2.Read),
        new("llama", "LLaMA 1 to 3, CodeLlama, Yi, DeepSeek LLM and Coder, TinyLlama, SmolLM, Vicuna", Llama.Read),
        new("mistral", "Mistral 7B, Nemo, Small, Zephyr", Mistral.Read),
        new("mixtral", "Mixtral 8x7B, 8x22B", Mixtral.Read),
        new("olmo", "OLMo 1", Olmo.ReadFirst),
        new("olmo2", "OLMo 2", Olmo.ReadSecond),
        new("opt", "OPT, Galactica", Opt.Read),
        new("phi", "Phi-1, 1.5, 2", Phi.Read),
        new("phi3", "Phi-3, 3.5 mini, 4", Phi3.Read),
        new("qwen", "Qwen 1", Qwen.Read),
        new("qwen2", "Qwen 1.5, 2, 2.5", Qwen2.ReadDense),
        new("qwen2_moe", "Qwen 1.5 MoE, Qwen 2 57B-A14B", Qwen2.ReadExperts),
        new("qwen3", "Qwen 3, dense", Qwen2.ReadThird),
        new("qwen3_moe", "Qwen 3 30B-A3B, 235B-A22B", Qwen2.ReadThirdExperts),
        new("stablelm", "StableLM 3B, 2 1.6B", StableLm.Read),
        new("starcoder2", "StarCoder2", StarCoder2.Read),
    ];
}

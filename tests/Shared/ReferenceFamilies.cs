namespace Harness.Tests.Shared;

/// <summary>The tiny checkpoints of the reference pack, by the names of their folders.</summary>
public static class ReferenceFamilies
{
    public static IReadOnlyList<string> All { get; } =
    [
        "llama-mha", "llama-gqa-tied", "llama-tied-lmhead", "llama3-rope", "llama-linear-rope", "llama-dynamic-rope",
        "llama-yarn-rope", "llama-bias", "mistral", "mistral-nowindow", "mixtral", "qwen1",
        "qwen2", "qwen2-moe", "qwen3", "qwen3-moe", "gemma", "gemma2",
        "gemma3-text", "gemma3-text-v5", "phi", "phi3", "phi3-longrope", "opt",
        "opt-350m", "bloom", "gpt-neo", "gptj", "gpt-neox", "gpt-neox-seq",
        "gpt2", "falcon-7b", "falcon-new", "falcon-11b", "falcon-rw", "stablelm",
        "olmo", "olmo2", "cohere", "starcoder2", "deepseek-v2", "baichuan-7b",
        "baichuan2-7b", "baichuan-13b", "baichuan2-13b", "internlm2",
    ];
}

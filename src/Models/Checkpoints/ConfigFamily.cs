namespace Harness.Models.Checkpoints;

/// <summary>How the config.json of one model_type is read.</summary>
public sealed record ConfigFamily(string ModelType, Func<ConfigReader, ModelConfig> Read)
{
    /// <summary>Every family whose config.json is understood.</summary>
    public static IReadOnlyList<ConfigFamily> All { get; } = [new("llama", LlamaConfig.Read), new("opt", OptConfig.Read)];
}

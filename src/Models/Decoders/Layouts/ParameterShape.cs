namespace Harness.Models.Decoders.Layouts;

/// <summary>A tensor that a checkpoint must hold.</summary>
public sealed record ParameterShape(string Name, params IReadOnlyList<long> Shape);

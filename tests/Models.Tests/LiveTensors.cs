namespace Harness.Models.Tests;

/// <summary>Tests that count the process's live tensors: they run alone.</summary>
[CollectionDefinition(nameof(LiveTensors), DisableParallelization = true)]
public class LiveTensors;

namespace Harness.LoraFinetune.Tests;

/// <summary>Tests that count the process's live tensors: they run alone.</summary>
[CollectionDefinition(nameof(LiveTensors), DisableParallelization = true)]
public class LiveTensors
{
    /// <summary>How many there are, what other tests have left to the collector aside.</summary>
    public static long Count()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.TotalCount;
    }
}

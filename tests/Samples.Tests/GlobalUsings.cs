global using static TorchSharp.torch;

// training uses every core, and tests of the whole folder take their time
[assembly: CollectionBehavior(DisableTestParallelization = true)]

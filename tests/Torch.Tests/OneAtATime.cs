// libtorch has every core already, and tests count the tensors of the whole process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

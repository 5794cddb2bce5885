using static TorchSharp.torch;

namespace Harness.Torch.Tests;

public sealed class ProductTests
{
    [Fact(Timeout = 60_000)]
    public async Task Several_threads_may_multiply_at_once_each_on_as_many_as_it_likes()
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        var (x, y) = (randn([300, 200]), randn([200, 400]));
        var expected = x.matmul(y);
        var threads = get_num_threads();
        var same = await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Factory.StartNew(
            () =>
            {
                using var own = NewDisposeScope();
                set_num_threads(1 + (worker % threads));
                return Enumerable.Range(0, 20).All(_ => allclose(x.matmul(y), expected, 1e-5, 1e-4));
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        set_num_threads(threads);

        same.ShouldAllBe(right => right);
    }
}

using System.Runtime.InteropServices;
using Harness.Cli;

namespace Harness.Tests;

public class FailureTests
{
    private const string Advice = "Lower --samples, --limit or --length, or compute in --dtype bfloat16.";

    [Fact]
    public void Repeats_what_is_wrong_with_the_input() => Failure.Of(new InputException("x is y.")).ShouldBe(new Failure(2, "x is y."));

    [Fact]
    public void Repeats_what_library_is_missing() => Failure.Of(new DllNotFoundException("libtorch not found.")).ShouldBe(new Failure(2, "libtorch not found."));

    [Fact]
    public void Says_how_much_memory_the_processor_lacked()
    {
        var exception = Should.Throw<ExternalException>(() => TorchSharp.torch.zeros(1L << 50));
        Failure.Of(exception).ShouldBe(new Failure(2, $"Out of memory (asked for 4503599627370496 bytes). {Advice}"));
    }

    [Fact]
    public void Says_how_much_memory_the_device_lacked() =>
        Failure.Of(new ExternalException("empty.memory_format: CUDA out of memory. Tried to allocate 2.00 GiB (GPU 0; …)"))
            .ShouldBe(new Failure(2, $"Out of memory (asked for 2.00 GiB). {Advice}"));

    [Fact]
    public void Says_that_memory_ran_out() => Failure.Of(new OutOfMemoryException()).ShouldBe(new Failure(2, $"Out of memory. {Advice}"));

    [Fact]
    public void Says_that_the_disk_is_full() => Failure.Of(new IOException("No space left on device", 28))
        .ShouldBe(new Failure(2, "The disk is full; nothing was left half-written. Free some space."));

    [Fact]
    public void Exits_with_130_when_stopped() => Failure.Of(new OperationCanceledException()).ShouldBe(new Failure(130, "Stopped; nothing was left half-written."));

    [Fact]
    public void Asks_to_report_what_was_not_expected()
    {
        var failure = Failure.Of(new InvalidOperationException("no"));
        failure.ExitCode.ShouldBe(70);
        failure.Text.ShouldStartWith("Unexpected InvalidOperationException; please report it with what follows.\nSystem.InvalidOperationException: no");
    }
}

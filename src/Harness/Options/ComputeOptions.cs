using System.CommandLine;
using Harness.Models;
using Harness.Models.Checkpoints;

namespace Harness.Cli.Options;

/// <summary>--dtype, --device and --threads: in what and where a model is computed.</summary>
internal sealed class ComputeOptions
{
    private readonly Option<string?> _dtype;
    private readonly Option<string?> _device = OptionFactory.Text("--device", "cpu|cuda[:N]", "Where to compute (default: cpu).", "cpu", "cuda");
    private readonly Option<int?> _threads = OptionFactory.Count("--threads", "N", "Threads on the CPU (default: one for each core).");

    /// <param name="command">Gets the options.</param>
    /// <param name="dtypeEffect">What --dtype does there.</param>
    public ComputeOptions(Command command, string dtypeEffect)
    {
        _dtype = OptionFactory.Choice("--dtype", dtypeEffect, "float32", "float16", "bfloat16");
        command.Add(_dtype);
        command.Add(_device);
        command.Add(_threads);
    }

    /// <summary>The type asked for, or null.</summary>
    public ElementType? Type(ParseResult parsed) => parsed.GetValue(_dtype) is { } name ? DTypeChoice.Parse(name) : null;

    /// <summary>Opens a checkpoint for computing with it; refuses a device or type that this machine cannot do.</summary>
    public CausalLM Open(ParseResult parsed, string folder)
    {
        var type = Type(parsed)?.ToScalarType();
        var device = DeviceChoice.Parse(parsed.GetValue(_device) ?? "cpu");
        DeviceChoice.Check(device);
        if (parsed.GetValue(_threads) is { } threads)
        {
            // Asked for more, OpenMP starts them all, and a slip of the keys brings the machine down.
            set_num_threads(threads <= Environment.ProcessorCount ? threads
                : throw new InputException($"--threads is {threads}; this machine has {Environment.ProcessorCount} cores. Give as many or fewer."));
        }

        var model = CausalLM.Open(folder, type, device);
        DTypeChoice.Check(model.DType, device);
        return model;
    }
}

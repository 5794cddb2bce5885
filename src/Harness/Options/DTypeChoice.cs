using System.Runtime.InteropServices;
using Harness.Models.Checkpoints;

namespace Harness.Cli.Options;

/// <summary>The types a model can be computed in.</summary>
internal static class DTypeChoice
{
    private static readonly string[] Known = ["bfloat16", "float16", "float32"];

    /// <summary>By torch's name.</summary>
    public static ElementType Parse(string name) => Known.Contains(name) ? ElementTypes.ByTorchName[name] : throw Names.Unknown("dtype", name, Known);

    /// <summary>Refuses a type that the device's libtorch has no matrix product for: float16 on the CPU up to 2.0.</summary>
    public static void Check(ScalarType type, Device device)
    {
        using var scope = NewDisposeScope();
        try
        {
            var one = ones([1, 1], type, device);
            nn.functional.linear(one, one);
        }
        catch (ExternalException e) when (e.Message.Contains("not implemented for", StringComparison.Ordinal))
        {
            var name = type.ToElementType().TorchName();
            throw new InputException(
                $"libtorch {__version__} cannot multiply matrices in {name} on {device}. Use --dtype bfloat16 or float32, or compute on --device cuda.", e);
        }
    }
}

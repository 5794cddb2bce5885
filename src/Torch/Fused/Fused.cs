using TorchSharp.Native;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>
/// What a decoder does between its matrix products, and what pruning does around them. Each operation is one pass of a native kernel where every tensor is
/// float32 on the CPU and no gradient is recorded, and the same from plain operators anywhere else.
/// </summary>
public static partial class Fused
{
    private static bool Serves(string kernel, params ReadOnlySpan<Tensor> tensors)
    {
        if (Operator.TryGet(kernel) is null)
        {
            return false;
        }

        var recording = is_grad_enabled();
        foreach (var tensor in tensors)
        {
            if (tensor.dtype != ScalarType.Float32 || tensor.device.type != DeviceType.CPU || (recording && tensor.requires_grad))
            {
                return false;
            }
        }

        return true;
    }
}

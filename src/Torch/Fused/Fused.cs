using TorchSharp.Native;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>
/// What a decoder does between its matrix products, and what pruning and training do around them. Each operation is one pass of a native kernel where every tensor is
/// float32 on the CPU (those of pruning: on an NVIDIA GPU as well), and the same from plain operators anywhere else; where a gradient is recorded, those that training needs have kernels for the way back too, which
/// compute again what they can instead of saving it, and the others take their plain form. Those of a forward pass take bfloat16 as well where nothing is recorded: they compute
/// in float32 and round once, where the plain form rounds after each of its operators.
/// </summary>
public static partial class Fused
{
    /// <summary>True where the kernel takes the tensors; that is all where it has a way back, or none is ever asked for.</summary>
    private static bool Takes(string kernel, params ReadOnlySpan<Tensor> tensors) => Operator.TryGet(kernel) is not null && Are(ScalarType.Float32, DeviceType.CPU, tensors);

    /// <summary>The same of a kernel that takes bfloat16 as well, but has no way back from there.</summary>
    private static bool TakesEither(string kernel, params ReadOnlySpan<Tensor> tensors) =>
        Takes(kernel, tensors) || (Operator.TryGet(kernel) is not null && Are(ScalarType.BFloat16, DeviceType.CPU, tensors) && !Records(tensors));

    /// <summary>Whether the tensors are of that type and on such a device.</summary>
    private static bool Are(ScalarType type, DeviceType device, params ReadOnlySpan<Tensor> tensors)
    {
        foreach (var tensor in tensors)
        {
            if (tensor.dtype != type || tensor.device.type != device)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>True where the kernel takes the tensors and has no way back to go.</summary>
    private static bool Serves(string kernel, params ReadOnlySpan<Tensor> tensors) => Takes(kernel, tensors) && !Records(tensors);

    /// <summary>The same of a kernel that GPUs have as well.</summary>
    private static bool ServesOnGpuToo(string kernel, params ReadOnlySpan<Tensor> tensors) =>
        Serves(kernel, tensors) || (Operator.TryGet(kernel) is not null && Are(ScalarType.Float32, DeviceType.CUDA, tensors) && !Records(tensors));

    /// <summary>True where a GPU's kernel takes the tensors, of one type, in half precision as well; a kernel there has no way back.</summary>
    private static bool ServesOnGpu(string kernel, params ReadOnlySpan<Tensor> tensors) =>
        tensors[0].device.type == DeviceType.CUDA && tensors[0].dtype is ScalarType.Float32 or ScalarType.Float16 or ScalarType.BFloat16
        && Operator.TryGet(kernel) is not null && Are(tensors[0].dtype, DeviceType.CUDA, tensors) && !Records(tensors);

    private static bool Records(params ReadOnlySpan<Tensor> tensors)
    {
        if (!is_grad_enabled())
        {
            return false;
        }

        foreach (var tensor in tensors)
        {
            if (tensor.requires_grad)
            {
                return true;
            }
        }

        return false;
    }
}

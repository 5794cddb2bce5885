using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Nothing is recorded for backward on this thread until the result is disposed.</summary>
    public static IDisposable no_grad() => new GradMode(false);

    public static IDisposable enable_grad(bool enabled = true) => new GradMode(enabled);

    public static bool is_grad_enabled() => LibTorch.ht_grad_enabled() != 0;

    private sealed class GradMode : IDisposable
    {
        private readonly bool _before = is_grad_enabled();

        internal GradMode(bool enabled) => LibTorch.ht_set_grad_enabled(enabled ? 1 : 0);

        public void Dispose() => LibTorch.ht_set_grad_enabled(_before ? 1 : 0);
    }

    public static class autograd
    {
        /// <summary>The gradients of the outputs' sum with respect to each input.</summary>
        public static unsafe IList<Tensor> grad(IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor>? grad_outputs = null, bool retain_graph = false, bool create_graph = false,
            bool allow_unused = false)
        {
            var from = outputs.Select(tensor => tensor.Hold()).ToArray();
            var to = inputs.Select(tensor => tensor.Hold()).ToArray();
            var seeds = grad_outputs?.Select(tensor => tensor.Hold()).ToArray();
            var gradients = new IntPtr[to.Length];
            try
            {
                fixed (IntPtr* fromFirst = from, toFirst = to, seedFirst = seeds, gradientFirst = gradients)
                {
                    LibTorch.Check(
                        LibTorch.ht_grad_of(fromFirst, from.Length, toFirst, to.Length, seedFirst, retain_graph || create_graph ? 1 : 0, create_graph ? 1 : 0, allow_unused ? 1 : 0, gradientFirst),
                        "autograd.grad");
                }
            }
            finally
            {
                foreach (var held in outputs.Concat(inputs).Concat(grad_outputs ?? []))
                {
                    held.Unhold();
                }
            }

            return gradients.Select(gradient => gradient == IntPtr.Zero ? null! : new Tensor(gradient)).ToArray();
        }
    }
}

using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public bool requires_grad
        {
            get => With(LibTorch.ht_requires_grad) != 0;
            set => With(tensor =>
            {
                LibTorch.Check(LibTorch.ht_set_requires_grad(tensor, value ? 1 : 0), "requires_grad");
                return 0;
            });
        }

        public Tensor requires_grad_(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        /// <summary>What backward left here; null before.</summary>
        public Tensor? grad
        {
            get
            {
                var gradient = With(LibTorch.ht_grad);
                return gradient == IntPtr.Zero ? null : new Tensor(gradient);
            }

            set => With(tensor =>
            {
                var gradient = value?.Hold() ?? IntPtr.Zero;
                try
                {
                    LibTorch.Check(LibTorch.ht_set_grad(tensor, gradient), "grad");
                    return 0;
                }
                finally
                {
                    value?.Unhold();
                }
            });
        }

        public void backward(Tensor? gradient = null, bool create_graph = false, bool retain_graph = false) => With(tensor =>
        {
            var seed = gradient?.Hold() ?? IntPtr.Zero;
            try
            {
                LibTorch.Check(LibTorch.ht_backward(tensor, seed, retain_graph || create_graph ? 1 : 0, create_graph ? 1 : 0), "backward");
                return 0;
            }
            finally
            {
                gradient?.Unhold();
            }
        });
    }
}

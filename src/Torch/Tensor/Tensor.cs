using System.Runtime.InteropServices;
using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A tensor of libtorch. Belongs to the innermost <see cref="DisposeScope"/> of the thread that made it, if there is one.</summary>
    public partial class Tensor : IDisposable
    {
        private readonly TensorHandle _handle;
        private long[]? _shape;

        internal Tensor(IntPtr tensor)
        {
            _handle = new TensorHandle(tensor);
            DisposeScope.Innermost?.Include(this);
        }

        /// <summary>Tensors alive in this process, views included.</summary>
        public static long TotalCount => Interlocked.Read(ref TensorHandle.Live);

        /// <summary>The most tensors that were ever alive at once.</summary>
        public static long PeakCount => Interlocked.Read(ref TensorHandle.Peak);

        internal DisposeScope? Scope { get; set; }

        internal IntPtr Hold()
        {
            var added = false;
            _handle.DangerousAddRef(ref added);
            return _handle.DangerousGetHandle();
        }

        internal void Unhold() => _handle.DangerousRelease();

        /// <summary>Reads something of the native tensor while it is held.</summary>
        private T With<T>(Func<IntPtr, T> read)
        {
            var tensor = Hold();
            try
            {
                return read(tensor);
            }
            finally
            {
                Unhold();
            }
        }

        public bool IsInvalid => _handle.IsClosed || _handle.IsInvalid;

        public void Dispose()
        {
            Scope?.Exclude(this);
            _handle.Dispose();
        }

        public Tensor MoveToOuterDisposeScope() => Scope is null ? this : Scope.MoveToOuter(this);

        public Tensor DetachFromDisposeScope() => Scope is null ? this : Scope.Detach(this);

        public unsafe long[] shape => _shape ??= With(tensor =>
        {
            var sizes = new long[LibTorch.ht_dim(tensor)];
            fixed (long* first = sizes)
            {
                LibTorch.ht_sizes(tensor, first);
            }

            return sizes;
        });

        public long ndim => shape.Length;

        public long dim() => shape.Length;

        public long size(int dim) => shape[dim < 0 ? dim + shape.Length : dim];

        public long stride(int dim) => With(tensor => LibTorch.ht_stride(tensor, dim));

        public long numel() => With(LibTorch.ht_numel);

        public long NumberOfElements => numel();

        public ScalarType dtype => (ScalarType)With(LibTorch.ht_dtype);

        public long ElementSize => dtype.ElementSize();

        public Device device => With(tensor => new Device((DeviceType)LibTorch.ht_device(tensor, out var index), index));

        public bool is_contiguous() => With(LibTorch.ht_is_contiguous) != 0;

        /// <summary>The elements of a contiguous CPU tensor; T must be the element type.</summary>
        public TensorAccessor<T> data<T>()
            where T : unmanaged => new(this, Address());

        /// <summary>The bytes of a contiguous CPU tensor of less than 2 GiB. Valid while the tensor lives.</summary>
        public unsafe Span<byte> bytes => new((void*)Address(), checked((int)(numel() * ElementSize)));

        private IntPtr Address()
        {
            if (device.type != DeviceType.CPU || !is_contiguous())
            {
                throw new InvalidOperationException($"Reading the elements of a tensor needs it contiguous and on the CPU, not strided or on {device}.");
            }

            return With(tensor =>
            {
                LibTorch.Check(LibTorch.ht_data(tensor, out var address), "data_ptr");
                return address;
            });
        }

        /// <summary>The only element, converted to T.</summary>
        public T item<T>()
            where T : unmanaged => (T)Convert.ChangeType(Operator.CallNumber("_local_scalar_dense", RequireOne()), typeof(T));

        public float ToSingle() => (float)Operator.CallNumber("_local_scalar_dense", RequireOne());

        public double ToDouble() => Operator.CallNumber("_local_scalar_dense", RequireOne());

        public long ToInt64() => (long)Operator.CallNumber("_local_scalar_dense", RequireOne());

        public bool ToBoolean() => Operator.CallNumber("_local_scalar_dense", RequireOne()) != 0;

        private Tensor RequireOne() => numel() == 1 ? this : throw new ExternalException($"item: a tensor of shape [{string.Join(", ", shape)}] has {numel()} elements, not one.");

        public override string ToString() => IsInvalid ? "[disposed]" : $"[{string.Join("x", shape)}], type = {dtype}, device = {device}";
    }
}

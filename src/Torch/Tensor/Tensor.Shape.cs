using static TorchSharp.Native.Operator;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor view(params long[] shape) => Call("view", this, shape);

        /// <summary>The same bytes read as another element type.</summary>
        public Tensor view(ScalarType dtype) => Call("view.dtype", this, dtype);

        public Tensor as_strided(long[] size, long[] strides, long storageOffset = 0) => Call("as_strided", this, size, strides, storageOffset);
        public Tensor reshape(params long[] shape) => Call("reshape", this, shape);
        public Tensor flatten(long start_dim = 0, long end_dim = -1) => Call("flatten.using_ints", this, start_dim, end_dim);
        public Tensor t() => Call("t", this);
        public Tensor transpose(long dim0, long dim1) => Call("transpose.int", this, dim0, dim1);
        public Tensor permute(params long[] permutation) => Call("permute", this, permutation);
        public Tensor unsqueeze(long dim) => Call("unsqueeze", this, dim);
        public Tensor squeeze(long dim) => Call("squeeze.dim", this, dim);
        public Tensor expand(params long[] sizes) => Call("expand", this, sizes);
        public Tensor repeat(params long[] sizes) => Call("repeat", this, sizes);
        public Tensor repeat_interleave(long repeats, long? dim = null) => Call("repeat_interleave.self_int", this, repeats, dim);
        public Tensor narrow(long dim, long start, long length) => Call("narrow", this, dim, start, length);
        public Tensor select(long dim, long index) => Call("select.int", this, dim, index);
        public Tensor slice(long dim, long start, long finish, long step) => Call("slice.Tensor", this, dim, start, finish, step);
        public Tensor[] chunk(long chunks, long dim = 0) => CallMany("chunk", this, chunks, dim);
        public Tensor[] split(long size, long dim = 0) => CallMany("split.Tensor", this, size, dim);
        public Tensor[] split(long[] sizes, long dim = 0) => CallMany("split_with_sizes", this, sizes, dim);
        public Tensor[] unbind(int dim = 0) => CallMany("unbind.int", this, dim);
        public Tensor diagonal(long offset = 0, long dim1 = 0, long dim2 = 1) => Call("diagonal", this, offset, dim1, dim2);
        public Tensor triu(long diagonal = 0) => Call("triu", this, diagonal);
        public Tensor tril(long diagonal = 0) => Call("tril", this, diagonal);

        public Tensor contiguous() => Call("contiguous", this);
        public Tensor clone() => Call("clone", this);
        public Tensor detach() => Call("detach", this);
        public Tensor copy_(Tensor source, bool non_blocking = false) => CallInPlace("copy_", this, source, non_blocking);
        public Tensor zero_() => CallInPlace("zero_", this);
        public Tensor fill_(Scalar value) => CallInPlace("fill_.Scalar", this, value);

        /// <summary>This very tensor where type and device are those already, else a converted copy.</summary>
        public Tensor to(ScalarType type) => Call("to.dtype", this, type);
        public Tensor to(Device device) => Call("to.device", this, device, dtype);
        public Tensor to(ScalarType type, Device device) => Call("to.device", this, device, type);
        public Tensor to_type(ScalarType type) => to(type);
        public Tensor cpu() => to(CPU);
        public Tensor @float() => to(ScalarType.Float32);
        public Tensor @double() => to(ScalarType.Float64);

        public Tensor index_select(long dim, Tensor index) => Call("index_select", this, dim, index);
        public Tensor index_copy_(long dim, Tensor index, Tensor source) => CallInPlace("index_copy_", this, dim, index, source);
        public Tensor flip(params long[] dims) => Call("flip", this, dims);
        public Tensor gather(long dim, Tensor index) => Call("gather", this, dim, index);
        public Tensor scatter(long dim, Tensor index, Tensor src) => Call("scatter.src", this, dim, index, src);
        public Tensor scatter_(long dim, Tensor index, Tensor src) => CallInPlace("scatter_.src", this, dim, index, src);
        public Tensor scatter_(long dim, Tensor index, Scalar value) => CallInPlace("scatter_.value", this, dim, index, value);
        public Tensor index_fill_(long dim, Tensor index, Scalar value) => CallInPlace("index_fill_.int_Scalar", this, dim, index, value);
        public Tensor index_add_(long dim, Tensor index, Tensor source) => CallInPlace("index_add_", this, dim, index, source);
        public Tensor masked_fill(Tensor mask, Scalar value) => Call("masked_fill.Scalar", this, mask, value);
        public Tensor masked_fill_(Tensor mask, Scalar value) => CallInPlace("masked_fill_.Scalar", this, mask, value);
        public Tensor masked_select(Tensor mask) => Call("masked_select", this, mask);
        public Tensor nonzero() => Call("nonzero", this);
        public Tensor where(Tensor condition, Tensor other) => Call("where.self", condition, this, other);
    }
}

using TorchSharp.Native;
using static TorchSharp.Native.Operator;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public static Tensor operator +(Tensor left, Tensor right) => left.add(right);
        public static Tensor operator +(Tensor left, Scalar right) => left.add(right);
        public static Tensor operator +(Scalar left, Tensor right) => right.add(left);
        public static Tensor operator -(Tensor left, Tensor right) => left.sub(right);
        public static Tensor operator -(Tensor left, Scalar right) => left.sub(right);
        public static Tensor operator *(Tensor left, Tensor right) => left.mul(right);
        public static Tensor operator *(Tensor left, Scalar right) => left.mul(right);
        public static Tensor operator *(Scalar left, Tensor right) => right.mul(left);
        public static Tensor operator /(Tensor left, Tensor right) => left.div(right);
        public static Tensor operator /(Tensor left, Scalar right) => left.div(right);
        public static Tensor operator -(Tensor tensor) => tensor.neg();

        public Tensor add(Tensor other) => Call("add.Tensor", this, other);
        public Tensor add(Tensor other, Scalar alpha) => Call("add.Tensor", this, other, alpha);
        public Tensor add(Scalar scalar) => Call("add.Scalar", this, scalar);
        public Tensor add_(Tensor other) => CallInPlace("add_.Tensor", this, other);
        public Tensor add_(Tensor other, Scalar alpha) => CallInPlace("add_.Tensor", this, other, alpha);
        public Tensor add_(Scalar scalar) => CallInPlace("add_.Scalar", this, scalar);
        public Tensor sub(Tensor other) => Call("sub.Tensor", this, other);
        public Tensor sub(Scalar scalar) => Call("sub.Scalar", this, scalar);
        public Tensor sub_(Tensor other) => CallInPlace("sub_.Tensor", this, other);
        public Tensor mul(Tensor other) => Call("mul.Tensor", this, other);
        public Tensor mul(Scalar scalar) => Call("mul.Scalar", this, scalar);
        public Tensor mul_(Tensor other) => CallInPlace("mul_.Tensor", this, other);
        public Tensor mul_(Scalar scalar) => CallInPlace("mul_.Scalar", this, scalar);
        public Tensor div(Tensor other) => Call("div.Tensor", this, other);
        public Tensor div(Scalar scalar) => Call("div.Scalar", this, scalar);
        public Tensor div_(Tensor other) => CallInPlace("div_.Tensor", this, other);
        public Tensor div_(Scalar scalar) => CallInPlace("div_.Scalar", this, scalar);

        public Tensor neg() => Call("neg", this);
        public Tensor abs() => Call("abs", this);
        public Tensor sqrt() => Call("sqrt", this);
        public Tensor rsqrt() => Call("rsqrt", this);
        public Tensor square() => Call("square", this);
        public Tensor pow(Scalar exponent) => Call("pow.Tensor_Scalar", this, exponent);
        public Tensor exp() => Call("exp", this);
        public Tensor log() => Call("log", this);
        public Tensor sin() => Call("sin", this);
        public Tensor cos() => Call("cos", this);
        public Tensor tanh() => Call("tanh", this);
        public Tensor sigmoid() => Call("sigmoid", this);
        public Tensor reciprocal() => Call("reciprocal", this);
        public Tensor clamp(Scalar? min = null, Scalar? max = null) => Call("clamp", this, min is { } low ? low : default(Argument), max is { } high ? high : default(Argument));

        public Tensor matmul(Tensor target) => Call("matmul", this, target);
        public Tensor mm(Tensor target) => Call("mm", this, target);
        public Tensor bmm(Tensor batch2) => Call("bmm", this, batch2);
        public Tensor addmm_(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) => CallInPlace("addmm_", this, mat1, mat2, (double)beta, (double)alpha);

        public Tensor sum(ScalarType? type = null) => Call("sum", this, type);
        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => Call("sum.dim_IntList", this, new[] { dim }, keepdim, type);
        public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) => Call("sum.dim_IntList", this, dim.ToArray(), keepdim, type);
        public Tensor mean() => Call("mean", this);
        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null) => Call("mean.dim", this, dimensions, keepdim, type);
        public Tensor max() => Call("max", this);
        public Tensor min() => Call("min", this);
        public Tensor amax(long[] dims, bool keepdim = false) => Call("amax", this, dims, keepdim);
        public Tensor amin(long[] dims, bool keepdim = false) => Call("amin", this, dims, keepdim);
        public Tensor argmax(long dim, bool keepdim = false) => Call("argmax", this, dim, keepdim);
        public Tensor std(bool unbiased = true) => Call("std", this, unbiased);
        public Tensor norm() => Call("norm.Scalar", this, 2.0);
        public Tensor cumsum(long dim) => Call("cumsum", this, dim);
        public Tensor logsumexp(long dim, bool keepdim = false) => Call("logsumexp", this, new[] { dim }, keepdim);
        public Tensor softmax(long dim, ScalarType? dtype = null) => Call("softmax.int", this, dim, dtype);
        public Tensor log_softmax(long dim, ScalarType? dtype = null) => Call("log_softmax.int", this, dim, dtype);
        public Tensor count_nonzero() => Call("count_nonzero", this);

        public Tensor eq(Tensor other) => Call("eq.Tensor", this, other);
        public Tensor eq(Scalar other) => Call("eq.Scalar", this, other);
        public Tensor ne(Tensor other) => Call("ne.Tensor", this, other);
        public Tensor ne(Scalar other) => Call("ne.Scalar", this, other);
        public Tensor lt(Tensor other) => Call("lt.Tensor", this, other);
        public Tensor lt(Scalar other) => Call("lt.Scalar", this, other);
        public Tensor le(Tensor other) => Call("le.Tensor", this, other);
        public Tensor le(Scalar other) => Call("le.Scalar", this, other);
        public Tensor gt(Tensor other) => Call("gt.Tensor", this, other);
        public Tensor gt(Scalar other) => Call("gt.Scalar", this, other);
        public Tensor ge(Tensor other) => Call("ge.Tensor", this, other);
        public Tensor ge(Scalar other) => Call("ge.Scalar", this, other);
        public Tensor bitwise_and(Tensor other) => Call("bitwise_and.Tensor", this, other);
        public Tensor bitwise_xor(Tensor other) => Call("bitwise_xor.Tensor", this, other);
        public Tensor bitwise_right_shift(Tensor other) => Call("bitwise_right_shift.Tensor", this, other);
        public Tensor logical_not() => Call("logical_not", this);
        public Tensor logical_and(Tensor other) => Call("logical_and", this, other);
        public Tensor logical_or(Tensor other) => Call("logical_or", this, other);
        public Tensor any() => Call("any", this);
        public Tensor all() => Call("all", this);
        public Tensor isnan() => Call("isnan", this);
        public Tensor isfinite() => Call("isfinite", this);

        public (Tensor Values, Tensor Indices) sort(long dim = -1, bool descending = false, bool stable = false)
        {
            var sorted = CallMany("sort.stable", this, stable, dim, descending);
            return (sorted[0], sorted[1]);
        }

        public Tensor argsort(long dim = -1, bool descending = false) => Call("argsort", this, dim, descending);

        public (Tensor values, Tensor indices) topk(int k, int dim = -1, bool largest = true, bool sorted = true)
        {
            var found = CallMany("topk", this, k, dim, largest, sorted);
            return (found[0], found[1]);
        }

        public (Tensor values, Tensor indices) kthvalue(long k, long? dim = -1, bool keepdim = false)
        {
            var found = CallMany("kthvalue", this, k, dim, keepdim);
            return (found[0], found[1]);
        }
    }
}

using static TorchSharp.Native.Operator;

namespace TorchSharp;

public static partial class torch
{
    public static Tensor cat(IList<Tensor> tensors, long dim = 0) => Call("cat", tensors.ToArray(), dim);
    public static Tensor stack(IEnumerable<Tensor> tensors, long dim = 0) => Call("stack", tensors.ToArray(), dim);
    public static Tensor where(Tensor condition, Tensor x, Tensor y) => Call("where.self", condition, x, y);
    public static Tensor matmul(Tensor input, Tensor target) => input.matmul(target);
    public static Tensor outer(Tensor input, Tensor vec2) => Call("outer", input, vec2);
    public static Tensor einsum(string equation, params Tensor[] tensors) => Call("einsum", equation, tensors);
    public static Tensor maximum(Tensor input, Tensor other) => Call("maximum", input, other);
    public static Tensor minimum(Tensor input, Tensor other) => Call("minimum", input, other);
    public static Tensor cholesky_inverse(Tensor input, bool upper = false) => Call("cholesky_inverse", input, upper);
    public static bool equal(Tensor input, Tensor other) => CallNumber("equal", input, other) != 0;
    public static bool allclose(Tensor input, Tensor other, double rtol = 1e-5, double atol = 1e-8) => CallNumber("allclose", input, other, rtol, atol) != 0;

    public static class linalg
    {
        /// <summary>The factor and a code per matrix: 0, or the order of the leading minor that is not positive-definite.</summary>
        public static (Tensor L, Tensor info) cholesky_ex(Tensor input, bool check_errors = false)
        {
            var factor = CallMany("linalg_cholesky_ex", input, false, check_errors);
            return (factor[0], factor[1]);
        }

        public static Tensor cholesky(Tensor input) => Call("linalg_cholesky", input);

        public static Tensor inv(Tensor input) => Call("linalg_inv", input);
    }

    public static class nn
    {
        public static class functional
        {
            public static Tensor linear(Tensor input, Tensor weight, Tensor? bias = null) => Call("linear", input, weight, bias);
            public static Tensor embedding(Tensor x, Tensor weight) => Call("embedding", weight, x);
            public static Tensor layer_norm(Tensor input, long[] normalized_shape, Tensor? weight = null, Tensor? bias = null, double eps = 1e-05) =>
                Call("layer_norm", input, normalized_shape, weight, bias, eps);
            public static Tensor silu(Tensor x) => Call("silu", x);
            public static Tensor relu(Tensor x) => Call("relu", x);
            public static Tensor gelu(Tensor x) => Call("gelu", x);
            public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);
            public static Tensor log_softmax(Tensor input, long dim, ScalarType? dtype = null) => input.log_softmax(dim, dtype);
            public static Tensor mse_loss(Tensor input, Tensor target) => Call("mse_loss", input, target);
            public static Tensor cross_entropy(Tensor input, Tensor target) => Call("cross_entropy_loss", input, target);
        }
    }
}

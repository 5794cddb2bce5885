using TorchSharp.Native;
using static TorchSharp.torch;

namespace TorchSharp;

public static partial class Fused
{
    /// <summary>
    /// The upper Cholesky factor U of an inverse, (H + shift·I)⁻¹ = UᵀU. Of float64 on the CPU by LAPACK's own routines: a factor of the matrix turned upside down and the inverse of that triangle; elsewhere from
    /// the inverse itself.
    /// </summary>
    /// <param name="h">[n, n], symmetric; read from the diagonal on.</param>
    /// <returns>[n, n], float32, zeros below the diagonal; null where the matrix is not positive-definite.</returns>
    public static Tensor? InverseFactor(Tensor h, double shift)
    {
        if (Are(ScalarType.Float64, DeviceType.CPU, h) && Operator.TryGet("harness::inverse_factor") is not null)
        {
            var found = Operator.Call("harness::inverse_factor", h, shift);
            if (found.numel() == h.numel())
            {
                return found;
            }

            found.Dispose();
            return null;
        }

        using var scope = NewDisposeScope();
        var whole = h.triu();
        using (var above = whole.triu(1))
        {
            whole.add_(above.t());
        }

        whole.diagonal().add_(shift);
        return LowerFactor(whole) is { } lower && LowerFactor(Inverse(lower)) is { } turned ? turned.t().to(ScalarType.Float32).contiguous().MoveToOuterDisposeScope() : null;
    }

    // Each takes its argument's place: two matrices are alive at once, beside h.
    private static Tensor? LowerFactor(Tensor matrix)
    {
        using (matrix)
        {
            var (lower, info) = linalg.cholesky_ex(matrix);
            return info.item<int>() == 0 ? lower : null;
        }
    }

    private static Tensor Inverse(Tensor lower)
    {
        using (lower)
        {
            return cholesky_inverse(lower);
        }
    }
}

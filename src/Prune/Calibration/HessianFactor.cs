namespace Harness.Prune.Calibration;

/// <summary>
/// SparseGPT's view of a Hessian: U, the upper Cholesky factor of its damped inverse (H⁻¹ = UᵀU), and the columns that no token ever touched.
/// Damping is a share of the mean diagonal; where that is not positive-definite it is raised tenfold, up to four times, and recorded.
/// </summary>
public sealed class HessianFactor : IDisposable
{
    /// <summary>The damping of the papers' code.</summary>
    public const double UsualDamping = 0.01;

    private const int MostRaises = 4;

    private HessianFactor(Tensor u, Tensor dead, double damping, int raises)
    {
        U = u.DetachFromDisposeScope();
        Dead = dead.DetachFromDisposeScope();
        Damping = damping;
        DampingRaises = raises;
    }

    /// <summary>[in, in], upper triangular, float32; found in float64.</summary>
    public Tensor U { get; }

    /// <summary>[in], bool: H_jj is 0, so the column of W is set to 0.</summary>
    public Tensor Dead { get; }

    /// <summary>The share of the mean diagonal that was added to it.</summary>
    public double Damping { get; }

    /// <summary>How often the damping was raised tenfold.</summary>
    public int DampingRaises { get; }

    /// <summary>The damping after so many raises, as a share of the mean diagonal.</summary>
    private static double DampingAfter(int raises, double damping) => damping * Math.Pow(10, raises);

    internal static HessianFactor Of(InputStatistics statistics, double damping)
    {
        using var scope = NewDisposeScope();
        var h = statistics.UpperHessian();
        var diagonal = h.diagonal();
        var dead = diagonal.eq(0);
        diagonal.add_(dead.to(float64)); // a view: sets H_jj = 1
        var mean = diagonal.mean().item<double>();
        for (var raises = 0; raises <= MostRaises; raises++)
        {
            if (Fused.InverseFactor(h, mean * DampingAfter(raises, damping)) is { } u)
            {
                return new HessianFactor(u, dead, DampingAfter(raises, damping), raises);
            }
        }

        throw new InputException(
            $"The Hessian is not positive-definite even with a damping of {DampingAfter(MostRaises, damping)} of its mean diagonal. Use more calibration samples.");
    }

    public void Dispose()
    {
        U.Dispose();
        Dead.Dispose();
    }
}

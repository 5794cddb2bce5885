namespace Harness.LoraFinetune.Training;

/// <summary>
/// What the loss is multiplied with before it goes backwards, so that gradients in float16 do not vanish (Micikevicius et al. 2018, arXiv 1710.03740): it is halved when
/// a gradient overflows, whose step is then left out, and doubled after 2000 good steps, as torch.cuda.amp.GradScaler does.
/// </summary>
public sealed class LossScale
{
    private const double Initial = 65536;
    private const int GrowthInterval = 2000;

    private readonly bool _isFixed;

    /// <param name="type">What gradients of activations are computed in; in all types but float16 the scale is 1 and stays.</param>
    public LossScale(ScalarType type) => (_isFixed, Value) = (type != ScalarType.Float16, type == ScalarType.Float16 ? Initial : 1);

    /// <summary>The factor.</summary>
    public double Value { get; private set; }

    /// <summary>Good steps since it last changed.</summary>
    public int GoodSteps { get; private set; }

    /// <summary>Takes up what an earlier process had.</summary>
    public void Resume(double value, int goodSteps) => (Value, GoodSteps) = (value, goodSteps);

    /// <summary>Hears of a step; says whether it may be taken.</summary>
    /// <param name="isFinite">Whether all gradients are.</param>
    public bool Accept(bool isFinite)
    {
        if (_isFixed)
        {
            return isFinite;
        }

        GoodSteps = isFinite ? GoodSteps + 1 : 0;
        Value = !isFinite ? Value / 2 : GoodSteps == GrowthInterval ? Value * 2 : Value;
        GoodSteps %= GrowthInterval;
        return isFinite;
    }

    /// <summary>Whether an overflow is no more than a reason to try with a smaller factor.</summary>
    public bool MayOverflow => !_isFixed && Value > double.Epsilon;
}

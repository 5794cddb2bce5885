using System.Globalization;

namespace Harness;

/// <summary>
/// How much of a weight matrix goes: a ratio (<c>0.5</c>, <c>50%</c>), n:m (<c>2:4</c>: 2 stay of every 4 consecutive inputs), nothing (<c>dense</c>, the default value),
/// or what the options of a method say by themselves (<c>own</c>).
/// </summary>
public readonly record struct Sparsity
{
    /// <summary>Nothing is pruned.</summary>
    public static Sparsity Dense => default;

    /// <summary>A method whose options say how much goes: three-tier, given masks.</summary>
    public static Sparsity Own => new() { IsOwn = true };

    /// <summary>Whether the method's options say how much goes.</summary>
    public bool IsOwn { get; private init; }

    /// <summary>The share of weights that goes, 0 &lt; ratio &lt; 1; null for dense and n:m.</summary>
    public double? Ratio { get; private init; }

    /// <summary>n of n:m, the number that stays of every <see cref="Group"/>; 0 where not n:m.</summary>
    public int Keep { get; private init; }

    /// <summary>m of n:m, the number of consecutive inputs in a group; 0 where not n:m.</summary>
    public int Group { get; private init; }

    /// <summary>Whether nothing is pruned.</summary>
    public bool IsDense => this == Dense;

    /// <summary>Whether this is n:m.</summary>
    public bool IsStructured => Group > 0;

    /// <summary>The share of weights that should go: the ratio, 1 − n/m, or 0 where nothing goes or only the method knows.</summary>
    public double Target => IsStructured ? (double)(Group - Keep) / Group : Ratio ?? 0;

    /// <summary>A ratio that was computed; 0 is dense.</summary>
    public static Sparsity OfRatio(double ratio) => ratio is >= 0 and < 1
        ? new Sparsity { Ratio = ratio == 0 ? null : ratio }
        : throw new ArgumentOutOfRangeException(nameof(ratio), ratio, "A ratio lies in [0, 1).");

    /// <summary>Reads <c>dense</c>, <c>own</c>, <c>0.5</c>, <c>50%</c> or <c>2:4</c>.</summary>
    /// <exception cref="InputException">Anything else, ratios outside (0, 1) and n:m without 0 &lt; n &lt; m.</exception>
    public static Sparsity Parse(string text)
    {
        var trimmed = text.Trim();
        if (trimmed == "dense")
        {
            return Dense;
        }

        if (trimmed == "own")
        {
            return Own;
        }

        if (trimmed.Split(':') is [var keep, var group]
            && int.TryParse(keep, NumberStyles.None, CultureInfo.InvariantCulture, out var n)
            && int.TryParse(group, NumberStyles.None, CultureInfo.InvariantCulture, out var m)
            && 0 < n && n < m)
        {
            return new Sparsity { Keep = n, Group = m };
        }

        var (number, unit) = trimmed.EndsWith('%') ? (trimmed[..^1], 0.01m) : (trimmed, 1m);
        if (decimal.TryParse(number, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var given)
            && given * unit is > 0 and < 1)
        {
            // Through text: 33.3% must be the very double that 0.333 is, and a cast from decimal may be one step off.
            return new Sparsity { Ratio = double.Parse((given * unit).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) };
        }

        throw new InputException(
            $"Unknown sparsity '{text}'. Give a ratio between 0 and 1 (0.5 or 50%), n:m with 0 < n < m (2:4 keeps 2 of every 4), or dense.");
    }

    /// <summary>The canonical text, which <see cref="Parse"/> reads back: <c>dense</c>, <c>own</c>, <c>0.5</c> or <c>2:4</c>.</summary>
    public override string ToString() =>
        IsStructured ? string.Create(CultureInfo.InvariantCulture, $"{Keep}:{Group}")
        : Ratio is { } ratio ? ratio.ToString(CultureInfo.InvariantCulture)
        : IsOwn ? "own"
        : "dense";
}

using System.Globalization;

namespace Harness.Data.Hub;

/// <summary>Sizes of files for people.</summary>
public static class Size
{
    private static readonly string[] Units = ["bytes", "kB", "MB", "GB", "TB"];

    /// <summary>Three digits in powers of 1000, as the hub's pages have them: <c>269 MB</c>.</summary>
    public static string Of(long bytes)
    {
        var (value, unit) = ((double)bytes, 0);
        for (; value >= 999.5 && unit < Units.Length - 1; unit++)
        {
            value /= 1000;
        }

        var digits = unit == 0 || value >= 99.95 ? "0" : value >= 9.995 ? "0.0" : "0.00";
        return $"{value.ToString(digits, CultureInfo.InvariantCulture)} {Units[unit]}";
    }
}

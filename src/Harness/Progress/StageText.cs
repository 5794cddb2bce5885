using System.Globalization;

namespace Harness.Cli.Progress;

/// <summary>Progress in words.</summary>
internal static class StageText
{
    /// <summary>"12/30 blocks · 1.5 blocks/s · 0:12 left".</summary>
    public static string Of(Stage stage) => string.Join(" · ", Parts(stage));

    private static IEnumerable<string> Parts(Stage stage)
    {
        yield return string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(stage.Done):0}/{stage.Total:0} {stage.Unit}");
        var rate = stage.Done / stage.Elapsed.TotalSeconds;
        if (rate > 0)
        {
            yield return Rate(rate, stage.Unit);
            yield return $"{Clock(TimeSpan.FromSeconds((stage.Total - stage.Done) / rate))} left";
        }
    }

    /// <summary>Three significant digits, per second or, where slower than that, per minute.</summary>
    internal static string Rate(double perSecond, string unit)
    {
        var (value, time) = perSecond < 1 ? (perSecond * 60, "min") : (perSecond, "s");
        var digits = Math.Max(0, 2 - (int)Math.Floor(Math.Log10(value)));
        return $"{value.ToString($"F{Math.Min(digits, 3)}", CultureInfo.InvariantCulture)} {unit}/{time}";
    }

    /// <summary>1:02:03, 2:03 or 0:03.</summary>
    internal static string Clock(TimeSpan time) => time.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(time.TotalHours):0}:{time.Minutes:00}:{time.Seconds:00}")
        : string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}:{time.Seconds:00}");
}

using System.Globalization;

namespace Harness.Cli.Progress;

/// <summary>Progress where there is no terminal: a line after every tenth of the work, and at least every ten seconds.</summary>
internal static class PlainLines
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    public static void Show(Stage stage, TextWriter notes)
    {
        var (shownShare, shownAt) = (double.NegativeInfinity, TimeSpan.Zero);
        do
        {
            var share = stage.Done / stage.Total;
            if (share - shownShare >= 0.1 || stage.Elapsed - shownAt >= Longest)
            {
                (shownShare, shownAt) = (share, stage.Elapsed);
                notes.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{stage.Title} {Math.Floor(share * 100):0} % · {StageText.Of(stage)}"));
            }
        }
        while (stage.Wait(Look));
    }
}

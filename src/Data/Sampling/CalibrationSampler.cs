using System.Globalization;
using Harness.Data.Corpora;

namespace Harness.Data.Sampling;

/// <summary>
/// Draws calibration samples by the rule that a request names (<see cref="SamplingRule"/>), exactly as the code that the rule is from.
/// Deviation in effort only: a document is tokenised at most once, and not at all when its bytes show that it is too short.
/// </summary>
/// <param name="cacheFolder">Where drawn samples are kept for later runs; null to keep none.</param>
public sealed class CalibrationSampler(string? cacheFolder = null)
{
    /// <summary>Part of a cached set's name; goes up when a change can move the ids.</summary>
    public const int Version = 1;

    /// <summary>The folder within the cache in which drawn samples lie.</summary>
    public const string CacheKind = "calibration";

    private readonly FileHashes _hashes = new(cacheFolder);

    /// <summary>The samples of a corpus; <paramref name="progress"/> hears how many are drawn.</summary>
    public CalibrationSet Draw(Corpus corpus, ITextEncoder encoder, CalibrationRequest request, IProgress<int>? progress = null)
    {
        request.Check();
        if (cacheFolder is null)
        {
            return DrawAnew(corpus, encoder, request, progress);
        }

        var key = ContentKey.OfText(string.Create(
            CultureInfo.InvariantCulture,
            $"calibration {Version}\n{corpus.ContentHash(_hashes)}\n{corpus.Reading}\n{encoder.ContentKey}\n{request.Samples}\n{request.Length}\n{request.Seed}\n"
            + $"{(SamplingRule.NameUnlessPapers(request.Rule) is { } rule ? rule + "\n" : "")}"));
        var path = Path.Combine(cacheFolder, CacheKind, key + ".json");
        if (CalibrationFile.TryRead(path, request) is { } known)
        {
            return known;
        }

        var set = DrawAnew(corpus, encoder, request, progress);
        CalibrationFile.Write(path, set);
        return set;
    }

    private CalibrationSet DrawAnew(Corpus corpus, ITextEncoder encoder, CalibrationRequest request, IProgress<int>? progress) =>
        request.Rule.Draw(new SamplingWork(corpus, encoder, request, cacheFolder ?? Path.GetTempPath(), progress));
}

using System.Globalization;
using Harness.Data.Corpora;

namespace Harness.Data.Sampling;

/// <summary>
/// Draws calibration samples exactly as the pruning papers' code does (locuslab/wanda lib/data.py, sparsegpt datautils.py): one stream of Python's
/// <c>random</c> picks a document, again until it has more tokens than a sample, then where in it the sample starts.
/// Deviation in effort only: a document is tokenised at most once, and not at all when its bytes show that it is too short.
/// </summary>
/// <param name="cacheFolder">Where drawn samples are kept for later runs; null to keep none.</param>
public sealed class CalibrationSampler(string? cacheFolder = null)
{
    /// <summary>Part of a cached set's name; goes up when a change can move the ids.</summary>
    public const int Version = 1;

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
            $"calibration {Version}\n{corpus.ContentHash(_hashes)}\n{corpus.Reading}\n{encoder.ContentKey}\n{request.Samples}\n{request.Length}\n{request.Seed}\n"));
        var path = Path.Combine(cacheFolder, "calibration", key + ".json");
        if (CalibrationFile.TryRead(path, request) is { } known)
        {
            return known;
        }

        var set = DrawAnew(corpus, encoder, request, progress);
        CalibrationFile.Write(path, set);
        return set;
    }

    private CalibrationSet DrawAnew(Corpus corpus, ITextEncoder encoder, CalibrationRequest request, IProgress<int>? progress) => corpus switch
    {
        DocumentCorpus documents => new DocumentDraws(documents, encoder, request, cacheFolder ?? Path.GetTempPath()).Run(progress),
        TextCorpus text => DrawFromText(text, encoder, request),
        _ => throw new ArgumentException($"no rule to sample from a {corpus.GetType().Name}", nameof(corpus)),
    };

    /// <summary>The whole text is tokenised once; every sample starts anywhere in it.</summary>
    private static CalibrationSet DrawFromText(TextCorpus corpus, ITextEncoder encoder, CalibrationRequest request)
    {
        var tokens = encoder.Encode(corpus.Text());
        if (tokens.Length <= request.Length)
        {
            throw new InputException(
                $"{corpus.Name} has {tokens.Length} tokens; samples of {request.Length} need more than {request.Length}. Use a shorter length or a longer text.");
        }

        var random = new PythonRandom(request.Seed);
        var ids = new int[request.Samples * request.Length];
        var draws = new Draw[request.Samples];
        for (var sample = 0; sample < draws.Length; sample++)
        {
            var start = (int)random.Int(0, tokens.Length - request.Length - 1);
            tokens.AsSpan(start, request.Length).CopyTo(ids.AsSpan(sample * request.Length));
            draws[sample] = new Draw(null, tokens.Length, start, 0);
        }

        return new CalibrationSet(ids, request.Length, draws);
    }
}

using Harness.Cli.Options;
using Harness.Data;
using Harness.Data.Corpora;
using Harness.Data.Sampling;

namespace Harness.Cli.Jobs;

/// <summary>A text to score, cut into windows.</summary>
/// <param name="Name">As asked for.</param>
/// <param name="Text">The whole text's ids.</param>
/// <param name="DataHash">SHA-256 of the files.</param>
/// <param name="Windows">How many count.</param>
internal sealed record ScoreTask(string Name, EvaluationText Text, string DataHash, int Windows)
{
    private static readonly string[] Named = ["c4", "wikitext2"];

    /// <summary>The ids of the windows that count.</summary>
    public ReadOnlySpan<int> Ids => Text.Ids.AsSpan(0, Windows * Text.Length);

    /// <summary>The corpora of a list like <c>wikitext2,c4,notes.txt</c>; reads nothing yet.</summary>
    public static IReadOnlyList<(string Name, TextCorpus Corpus)> Parse(string list, string? data)
    {
        var names = list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (names.Length == 0)
        {
            throw new InputException("--tasks names no task. Give wikitext2, c4, the path of a file, or several with commas between.");
        }

        if (names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new InputException($"--tasks names {twice.Key} twice; name it once.");
        }

        return [.. names.Select(name => (name, Corpus(name, data)))];
    }

    /// <summary>Reads and tokenises a text.</summary>
    /// <param name="limit">At most so many windows.</param>
    public static ScoreTask Encode(string name, TextCorpus corpus, ITextEncoder encoder, int length, int? limit)
    {
        var text = EvaluationText.Encode(corpus, encoder, length);
        return new ScoreTask(name, text, corpus.ContentHash(new FileHashes(CacheFolder.Default)), Math.Min(text.Windows, limit ?? int.MaxValue));
    }

    private static TextCorpus Corpus(string name, string? data) => !Named.Contains(name) && !File.Exists(name) && !name.AsSpan().ContainsAny('/', '.')
        ? throw Names.Unknown("task", name, [.. Named, "the path of a file"])
        : NamedCorpus.ForEvaluation(name, DataChoice.Root(data));
}

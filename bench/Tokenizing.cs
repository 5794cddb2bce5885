using System.Text;
using Harness.Data.Corpora;
using Harness.Models.Tokenizers;

namespace Harness.Bench;

/// <summary>How fast each tokenizer turns the wikitext2 test text into ids, on one thread.</summary>
internal static class Tokenizing
{
    private const int Rounds = 3;
    private const double TargetSeconds = 0.3;

    public static Section Measure(Place place)
    {
        var text = place.Data is { } data ? Wikitext.Test(data).Text() : Generated();
        var bytes = Encoding.UTF8.GetByteCount(text);
        var source = place.Data is null ? "a generated text" : "the wikitext2 test text";
        var section = new Section("tokenizers", $"Tokenizers on {source}, one thread (target: at most {TargetSeconds} s)", "tokenizer", "tokens", "seconds", "best", "MB/s");
        foreach (var (name, folder) in place.Tokenizers)
        {
            var tokenizer = Tokenizer.Load(folder);
            var tokens = 0;
            var timing = Timing.Of(Rounds, () => tokens = tokenizer.Encode(text).Length);
            section.Add(name, Figure.Of(tokens, "0"), Figure.Of(timing.Median, "0.000", TargetSeconds), Figure.Of(timing.Best, "0.000"), Figure.Of(bytes / 1e6 / timing.Median, "0.0"));
        }

        if (place.Data is null)
        {
            section.Notes.Add("There is no data root, so the text is made up: pass --data for wikitext2.");
        }

        return section;
    }

    /// <summary>1.3 MB of made-up words, some of them often, as in a language.</summary>
    private static string Generated()
    {
        var random = new Random(0);
        var words = Enumerable.Range(0, 20_000).Select(_ => string.Concat(Enumerable.Range(0, random.Next(2, 11)).Select(_ => (char)('a' + random.Next(26))))).ToArray();
        var text = new StringBuilder();
        while (text.Length < 1_300_000)
        {
            text.Append(words[(int)(Math.Pow(random.NextDouble(), 3) * words.Length)]).Append(random.Next(12) == 0 ? ".\n" : " ");
        }

        return text.ToString();
    }
}

using System.Runtime.InteropServices;
using Harness.Models.Tokenizers.Patterns;
using Harness.Models.Tokenizers.Text;

namespace Harness.Models.Tokenizers.Training;

/// <summary>
/// Byte-pair encoding as Sennrich et al. 2016 (arXiv 1508.07909) train it: again and again the most frequent pair of neighbours within words becomes one symbol.
/// Of equally frequent pairs the ordinally first goes, so the same texts give the same merges.
/// </summary>
public sealed class BpeTrainer
{
    private readonly List<(List<string> Symbols, long Count)> _words;

    /// <param name="texts">To learn from; words are cut by GPT-2's pattern, each with the space before it.</param>
    /// <param name="write">How a word is written in the vocabulary: a character a symbol; null leaves the word out.</param>
    public BpeTrainer(IEnumerable<string> texts, Func<string, string?> write)
    {
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var (word, count) in Count(texts))
        {
            if (write(word) is { } written)
            {
                counts[written] = counts.GetValueOrDefault(written) + count;
            }
        }

        _words = [.. counts.Select(word => (word.Key.EnumerateRunes().Select(rune => rune.ToString()).ToList(), word.Value))];
        Alphabet = [.. _words.SelectMany(word => word.Symbols).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>The symbols that occur, in ordinal order.</summary>
    public IReadOnlyList<string> Alphabet { get; }

    /// <summary>The next most frequent pairs, made one symbol each; fewer where no word has two symbols any more.</summary>
    public IReadOnlyList<(string Left, string Right)> Merge(int count)
    {
        var merges = new List<(string Left, string Right)>(count);
        while (merges.Count < count && Best() is { } pair)
        {
            merges.Add(pair);
            foreach (var (symbols, _) in _words)
            {
                Apply(symbols, pair);
            }
        }

        return merges;
    }

    private static Dictionary<string, long> Count(IEnumerable<string> texts)
    {
        var (pattern, stretches, counts) = (new Gpt2Pattern(), new List<Stretch>(), new Dictionary<string, long>(StringComparer.Ordinal));
        foreach (var text in texts)
        {
            stretches.Clear();
            pattern.Match(text, stretches);
            foreach (var stretch in stretches)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(counts, text.Substring(stretch.Start, stretch.Length), out _)++;
            }
        }

        return counts;
    }

    private (string Left, string Right)? Best()
    {
        var counts = new Dictionary<(string Left, string Right), long>();
        foreach (var (symbols, count) in _words)
        {
            for (var i = 1; i < symbols.Count; i++)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(counts, (symbols[i - 1], symbols[i]), out _) += count;
            }
        }

        return counts.Count == 0 ? null
            : counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key.Left, StringComparer.Ordinal).ThenBy(pair => pair.Key.Right, StringComparer.Ordinal).First().Key;
    }

    private static void Apply(List<string> symbols, (string Left, string Right) pair)
    {
        for (var i = 1; i < symbols.Count; i++)
        {
            if (symbols[i - 1] == pair.Left && symbols[i] == pair.Right)
            {
                symbols[i - 1] += symbols[i];
                symbols.RemoveAt(i);
            }
        }
    }
}

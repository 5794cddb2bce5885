namespace Harness.Models.Tests.Tokenizers;

public sealed class BpeTests
{
    [Fact]
    public void Cuts_and_caches_change_nothing()
    {
        var random = new Random(7);
        for (var round = 0; round < 30; round++)
        {
            var tokens = new List<string> { "a", "b", "c", "▁" };
            var merges = new List<(string Left, string Right)>();
            while (merges.Count < 12)
            {
                var merge = (tokens[random.Next(tokens.Count)], tokens[random.Next(tokens.Count)]);
                if (!tokens.Contains(merge.Item1 + merge.Item2))
                {
                    merges.Add(merge);
                    tokens.Add(merge.Item1 + merge.Item2);
                }
            }

            using var tiny = TinyTokenizer.Bpe("abc▁?", [.. merges.Select(merge => $"{merge.Left} {merge.Right}")], model: """{"unk_token": "?", "fuse_unk": true}""");
            foreach (var length in (int[])[5, 40, 400])
            {
                var text = new string(random.GetItems("aabbc▁▁x".AsSpan(), length));
                string.Join(" ", tiny.Tokens(text)).ShouldBe(string.Join(" ", Naive(text, merges)));
            }
        }
    }

    // one merge at a time: the lowest rank, the leftmost place
    private static List<string> Naive(string text, List<(string Left, string Right)> merges)
    {
        var symbols = text.Replace('x', '?').Select(unit => unit.ToString()).ToList();
        for (var i = symbols.Count - 1; i > 0; i--)
        {
            if (symbols[i] == "?" && symbols[i - 1] == "?")
            {
                symbols.RemoveAt(i);
            }
        }

        for (var rank = 0; rank < merges.Count; rank++)
        {
            for (var i = 0; i + 1 < symbols.Count; i++)
            {
                if ((symbols[i], symbols[i + 1]) == merges[rank])
                {
                    symbols[i] += symbols[i + 1];
                    symbols.RemoveAt(i + 1);
                    rank = -1;
                    break;
                }
            }
        }

        return symbols;
    }
}

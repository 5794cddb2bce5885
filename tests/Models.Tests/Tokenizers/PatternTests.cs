using System.Text;
using System.Text.RegularExpressions;
using Harness.Models.Tokenizers.Patterns;
using Harness.Models.Tokenizers.Text;

namespace Harness.Models.Tests.Tokenizers;

public sealed class PatternTests
{
    private static readonly string[] Scraps =
        ["a", "B", "s", "'", "'s", "'LL", "'ſ", "é", "字", "1", "²", "९", " ", "  ", "\t", "\n", "\r\n", "\u00A0", "\u2003", "!", "-", "_", "\u0301", "\u200B"];

    [Fact]
    public void Gpt2_by_hand_splits_as_its_expression() => Agree(new Gpt2Pattern(), Gpt2Pattern.Expression);

    [Fact]
    public void Llama3_by_hand_splits_as_its_expression() => Agree(new Gpt4Pattern(longestNumber: 3), Gpt4Pattern.Threes);

    [Fact]
    public void Qwen2_by_hand_splits_as_its_expression() => Agree(new Gpt4Pattern(longestNumber: 1), Gpt4Pattern.Singles);

    [Fact]
    public void Sees_characters_beyond_the_basic_plane_by_their_category()
    {
        Parts(new Gpt2Pattern(), "𝒳𝓎1 🙂🙂 𝟎x").ShouldBe(["𝒳𝓎", "1", " 🙂🙂", " 𝟎", "x"]);
        Parts(new RegexPattern(Gpt2Pattern.Expression), "𝒳𝓎1 🙂🙂 𝟎x").ShouldBe(["𝒳𝓎", "1", " 🙂🙂", " 𝟎", "x"]);
    }

    [Theory]
    [InlineData(@"\p{N}{1,3}+|[^\r\n]?+x", @"\p{N}{1,3}+|(?>[^\r\n]?)x")]
    [InlineData(@"(?:ab)++c", @"(?>(?:ab)+)c")]
    [InlineData(@"[\w-]+|\w*?", @"[\p{L}\p{M}\p{Nd}\p{Pc}-]+|[\p{L}\p{M}\p{Nd}\p{Pc}]*?")]
    [InlineData(@"(?i:'s|'t)|\p{L}++", @"(?i:'s|'t)|(?>\p{L}+)")]
    public void Rewrites_what_oniguruma_means_otherwise(string expression, string expected) =>
        OnigurumaSyntax.Translate(expression).ShouldBe(expected);

    private static void Agree(ITextPattern byHand, string expression)
    {
        var random = new Random(1);
        var regex = new Regex(expression, RegexOptions.CultureInvariant);
        for (var round = 0; round < 3000; round++)
        {
            var text = new StringBuilder();
            for (var i = random.Next(12); i >= 0; i--)
            {
                text.Append(Scraps[random.Next(Scraps.Length)]);
            }

            // .NET's own folding does not know the long s
            var expected = regex.Matches(expression.StartsWith("(?i", StringComparison.Ordinal) ? text.ToString().Replace('ſ', 's') : text.ToString());
            Parts(byHand, text.ToString()).Select(part => part.Length).ShouldBe(expected.Select(match => match.Length), customMessage: text.ToString());
        }
    }

    private static string[] Parts(ITextPattern pattern, string text)
    {
        var stretches = new List<Stretch>();
        pattern.Match(text, stretches);
        return [.. stretches.Select(stretch => text.Substring(stretch.Start, stretch.Length))];
    }
}

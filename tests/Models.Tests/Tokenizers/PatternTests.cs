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
    [InlineData(@"[\w-]+|\w*?", @"[\p{L}\p{M}\p{Nd}\p{Pc}\-]+|[\p{L}\p{M}\p{Nd}\p{Pc}]*?")]
    [InlineData(@" ?[^(\s|[.,!?…])]+", @" ?[^\(\s\|\.,!\?\u2026\)]+")]
    [InlineData(@"[a[-]z][]x]", @"[a\-z][\]x]")]
    [InlineData(@"\x{4E00}[\u0041-Z\-\s]", @"\u4E00[A-Z\-\s]")]
    [InlineData(@"^a$", @"(?:(?<=\n)(?!\z)|\A)a(?=\n|\z)")]
    [InlineData(@"(?i:'s|'t)|s\p{L}++", @"(?i:'[s\u017F]|'t)|s(?>\p{L}+)")]
    [InlineData(@" {2,}|{", @" {2,}|\{")]
    public void Rewrites_what_oniguruma_means_otherwise(string expression, string expected) =>
        OnigurumaSyntax.Translate(expression).Expression.ShouldBe(expected);

    // a part of DeepSeek's pattern for letters of two cases, where Deseret (U+10400 to U+1044F) is in and Gothic (U+10330 to U+1034A) is not
    [Fact]
    public void Knows_ranges_beyond_the_basic_plane()
    {
        Parts(new RegexPattern(@"\s?[A-Za-zĀ-ƺ𐐀-𐑏]+"), "a 𐐀𐑏b 𐌰 𝒳Ā").ShouldBe(["a", " 𐐀𐑏b", " 𐌰 𝒳", "Ā"]);
        Parts(new RegexPattern(@"[^𐐀-𐑏]+"), "ab𐐀𐌰").ShouldBe(["ab", "𐐀", "𐌰"]);
        Parts(new RegexPattern("x🙂"), "x🙂x🙃").ShouldBe(["x🙂", "x🙃"]);
    }

    // Ruby's $ stands before every newline; the expression with a lookahead is its meaning, spelt out for .NET
    [Fact]
    public void Trailing_spaces_by_hand_split_as_their_expression() => Agree(new TrailingSpacesPattern(), @"\s+(?=\n|\z)");

    [Fact]
    public void Trailing_spaces_take_linear_time()
    {
        var text = new string(' ', 2_000_000) + "x";
        Parts(new TrailingSpacesPattern(), text).ShouldBe([text]);
    }

    [Theory]
    [InlineData(@"[a&&b]", "negated or named sets inside sets and intersections are not supported")]
    [InlineData(@"[a[^b]]", "negated or named sets inside sets and intersections are not supported")]
    [InlineData(@"[ab", "a set has no end")]
    [InlineData(@"\y", @"\y is not supported")]
    [InlineData("[z-a]", "the range U+007A to U+0061 is in reverse order")]
    public void Refuses_what_it_cannot_say(string expression, string expected) =>
        Should.Throw<ArgumentException>(() => new RegexPattern(expression)).Message.ShouldBe(expected);

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
            var stretches = new List<Stretch>();
            byHand.Match(text.ToString(), stretches);
            stretches.Sum(stretch => stretch.Length).ShouldBe(text.Length);
            stretches.Where(stretch => stretch.IsMatch).Select(stretch => (stretch.Start, stretch.Length))
                .ShouldBe(expected.Select(match => (match.Index, match.Length)), customMessage: text.ToString());
        }
    }

    private static string[] Parts(ITextPattern pattern, string text)
    {
        var stretches = new List<Stretch>();
        pattern.Match(text, stretches);
        return [.. stretches.Select(stretch => text.Substring(stretch.Start, stretch.Length))];
    }
}

using Harness.Models.Tokenizers.Normalizers;

namespace Harness.Models.Tests.Tokenizers;

public sealed class UnicodeNormalizerTests
{
    [Theory]
    [InlineData("e\u0301", "\u00E9", "e\u0301", "\u00E9", "e\u0301")]
    [InlineData("a\u0323\u0307", "\u1EA1\u0307", "a\u0323\u0307", "\u1EA1\u0307", "a\u0323\u0307")]
    [InlineData("q\u0307\u0323", "q\u0323\u0307", "q\u0323\u0307", "q\u0323\u0307", "q\u0323\u0307")]
    [InlineData("\uFB01", "\uFB01", "\uFB01", "fi", "fi")]
    [InlineData("\u212B", "\u00C5", "A\u030A", "\u00C5", "A\u030A")]
    [InlineData("\u1100\u1161\u11A8", "\uAC01", "\u1100\u1161\u11A8", "\uAC01", "\u1100\u1161\u11A8")]
    [InlineData("\u0958", "\u0915\u093C", "\u0915\u093C", "\u0915\u093C", "\u0915\u093C")]
    [InlineData("x\u00A0\u00BD", "x\u00A0\u00BD", "x\u00A0\u00BD", "x 1\u20442", "x 1\u20442")]
    [InlineData("plain", "plain", "plain", "plain", "plain")]
    public void Brings_text_into_each_form(string text, string nfc, string nfd, string nfkc, string nfkd)
    {
        new UnicodeNormalizer(compose: true, compatibility: false).Normalize(text).ShouldBe(nfc);
        new UnicodeNormalizer(compose: false, compatibility: false).Normalize(text).ShouldBe(nfd);
        new UnicodeNormalizer(compose: true, compatibility: true).Normalize(text).ShouldBe(nfkc);
        new UnicodeNormalizer(compose: false, compatibility: true).Normalize(text).ShouldBe(nfkd);
    }
}

using System.Text.Json;
using Harness.Models.Tokenizers.Formats;

namespace Harness.Models.Tests.Tokenizers;

public sealed class NormalizerTests
{
    [Theory]
    [InlineData("", "Héllò\thôw\u0000\u200B ARE\u3000你好 ß", "hello how are  你  好  ß")]
    [InlineData(""", "lowercase": false""", "Hé\u0301 你", "Hé\u0301  你 ")]
    [InlineData(""", "lowercase": false, "strip_accents": true""", "Hé\u0301", "He")]
    [InlineData(""", "strip_accents": false, "handle_chinese_chars": false, "clean_text": false""", "HÉ\t你", "hé\t你")]
    [InlineData(""", "strip_accents": null""", "É", "e")]
    public void Bert_cleans_spaces_strips_and_lowers(string options, string text, string expected) =>
        Normalize($$"""{"type": "BertNormalizer"{{options}}}""", text).ShouldBe(expected);

    // the library's own cases
    [Theory]
    [InlineData("ậ…", "a...")]
    [InlineData("ำน\u0e49ำ3ลำ", "านา3ลา")]
    [InlineData("e\u0304\u0304\u0304o", "eo")]
    [InlineData("Me llamó", "me llamo")]
    public void Strips_marks_of_decomposed_letters(string text, string expected) =>
        Normalize("""{"type": "Sequence", "normalizers": [{"type": "NFKD"}, {"type": "StripAccents"}, {"type": "Lowercase"}]}""", text).ShouldBe(expected);

    [Fact]
    public void Leaves_accents_that_are_no_marks() => Normalize("""{"type": "StripAccents"}""", "é").ShouldBe("é");

    [Fact]
    public void Nmt_drops_some_controls_and_makes_spaces_of_others() =>
        Normalize("""{"type": "Nmt"}""", "a\u0001\u000Bb\tc\u200Dd▁e\uFEFF").ShouldBe("ab c d e ");

    // in the map: é from two characters, a for ⓐ and ⓐⓐ for b; of a grapheme of less than six bytes the shortest entry replaces all
    [Theory]
    [InlineData("ﬁx Ａ", "fix A")]
    [InlineData("e\u0301e", "ée")]
    [InlineData("ⓐⓐ", "aa")]
    [InlineData("plain", "plain")]
    public void Charsmaps_replace_graphemes_and_characters(string text, string expected)
    {
        var map = Convert.ToBase64String(TinyCharsmap.Of(("ﬁ", "fi"), ("Ａ", "A"), ("e\u0301", "é"), ("ⓐ", "a"), ("ⓐⓐ", "b")));
        Normalize($$"""{"type": "Precompiled", "precompiled_charsmap": "{{map}}"}""", text).ShouldBe(expected);
    }

    [Theory]
    [InlineData(""", "strip_left": true, "strip_right": false""", "a \t")]
    [InlineData(""", "strip_left": false, "strip_right": true""", "\u3000 a")]
    [InlineData("", "a")]
    public void Strips_white_space_at_the_ends(string options, string expected) => Normalize($$"""{"type": "Strip"{{options}}}""", "\u3000 a \t").ShouldBe(expected);

    [Theory]
    [InlineData("NFC", "é ﬁ Å")]
    [InlineData("NFD", "e\u0301 ﬁ A\u030A")]
    [InlineData("NFKC", "é fi Å")]
    [InlineData("NFKD", "e\u0301 fi A\u030A")]
    public void Brings_text_into_each_form_of_unicode(string form, string expected) => Normalize($$"""{"type": "{{form}}"}""", "e\u0301 ﬁ \u212B").ShouldBe(expected);

    [Fact]
    public void Bytes_can_be_written_before_the_text_is_split() => Normalize("""{"type": "ByteLevel"}""", "a é").ShouldBe("aĠÃ©");

    private static string Normalize(string json, string text) =>
        NormalizerSection.Read(new Setting(JsonElement.Parse(json), new Place(null, "test"))).Normalize(text);
}

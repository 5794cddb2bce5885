using System.Text.Json;
using Harness.Models.Tokenizers.Formats;
using Harness.Models.Tokenizers.PreTokenizers;

namespace Harness.Models.Tests.Tokenizers;

/// <summary>Pre-tokenizers as published models chain them, on texts small enough to split by hand.</summary>
public sealed class PreTokenizerTests
{
    private const string ByteLevel = """{"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true}""";
    private const string BytesOnly = """{"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false}""";
    private const string Digits = """{"type": "Digits", "individual_digits": true}""";

    [Fact]
    public void Bloom_splits_at_marks_and_white_space() =>
        Split("Hello, world! (a|b) 12…x", Regex(@" ?[^(\\s|[.,!?…。，、।۔،])]+"), BytesOnly)
            .ShouldBe(["Hello", ",", "Ġworld", "!Ġ(", "a", "|", "b", ")", "Ġ12", "âĢ¦", "x"]);

    [Fact]
    public void Falcon_takes_digits_in_threes_after_the_bytes() =>
        Split(
            "Hi!! 12345 it's",
            """{"type": "Punctuation", "behavior": "Contiguous"}""",
            ByteLevel,
            """{"type": "Digits", "individual_digits": false}""",
            Regex("[0-9][0-9][0-9]")).ShouldBe(["Hi", "!!", "Ġ", "123", "45", "Ġit", "'", "s"]);

    // ² is a byte's letter after the bytes are written, and a number: é² is the bytes C3 A9 C2 B2
    [Fact]
    public void Falcon_sees_the_numbers_among_the_letters_of_bytes() =>
        Split("é²", ByteLevel, """{"type": "Digits", "individual_digits": false}""").ShouldBe(["Ã©", "Â", "²"]);

    [Theory]
    [InlineData("ab 12 c's", "ab|Ġ|1|2|Ġc|'s")]
    [InlineData("x²½", "x|Â²|Â½")]
    public void Cohere_and_starcoder2_take_digits_one_by_one(string text, string expected) => Split(text, Digits, ByteLevel).ShouldBe(expected.Split('|'));

    [Fact]
    public void Deepseek_v2_splits_letters_punctuation_and_ideographs_in_turn() =>
        Split("def f(x):\n  你好12", Regex(@"[\\r\\n]"), Regex(@"\\s?\\p{L}+"), Regex(@"\\s?\\p{P}+"), Regex("[一-龥ࠀ-一가-퟿]+"), Digits)
            .ShouldBe(["def", " f", "(", "x", "):", "\n", " ", " ", "你好", "1", "2"]);

    // the published range :-~ for punctuation has the ASCII letters in it, which leave the others of their word
    [Fact]
    public void Deepseek_splits_letters_of_two_cases_and_spaces_at_the_end() =>
        Split(
            "aĐ𐐀, b你  \nк \t1",
            Regex(@"[\\r\\n]"),
            Regex(@"\\s?[A-Za-zµÀ-ÖØ-öø-ƺͰ-ͳА-ҁ𐐀-𐑏𞤀-𞥃]+"),
            Regex(@"\\s?[!-/:-~！-／：-～‘-‟　-。]+"),
            Regex(@"\\s+$"),
            Regex("[一-龥ࠀ-一가-퟿]+"),
            Digits).ShouldBe(["a", "Đ𐐀", ",", " b", "你", "  ", "\n", "к", " \t", "1"]);

    [Fact]
    public void Gemma_splits_at_no_space_because_none_is_left() =>
        Split("a▁▁b", """{"type": "Split", "pattern": {"String": " "}, "behavior": "MergedWithPrevious", "invert": false}""").ShouldBe(["a▁▁b"]);

    [Fact]
    public void Bert_splits_at_white_space_and_every_mark() =>
        Split("Hey friend!     How are you?!?$ 。x", """{"type": "BertPreTokenizer"}""")
            .ShouldBe(["Hey", "friend", "!", "How", "are", "you", "?", "!", "?", "$", "。", "x"]);

    [Theory]
    [InlineData("""{"type": "Whitespace"}""", "a_1|!?|é")]
    [InlineData("""{"type": "WhitespaceSplit"}""", "a_1!?|é")]
    [InlineData("""{"type": "CharDelimiterSplit", "delimiter": "_"}""", "a|1!?  é")]
    public void Splits_words(string json, string expected) => Split("a_1!?  é", json).ShouldBe(expected.Split('|'));

    private static string Regex(string expression) => $$"""{"type": "Split", "pattern": {"Regex": "{{expression}}"}, "behavior": "Isolated", "invert": false}""";

    private static string[] Split(string text, params string[] steps)
    {
        var json = $$"""{"type": "Sequence", "pretokenizers": [{{string.Join(", ", steps)}}]}""";
        var words = PreTokenizerSection.Read(new Setting(JsonElement.Parse(json), new Place(null, "test"))).Split(Words.Whole(text, startsText: true));
        return [.. words.Parts.Select(part => words.Text.Substring(part.Start, part.Length))];
    }
}

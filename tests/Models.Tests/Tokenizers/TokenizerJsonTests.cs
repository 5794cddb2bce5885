namespace Harness.Models.Tests.Tokenizers;

public sealed class TokenizerJsonTests
{
    private const string Specials = """
        {"added_tokens": [
          {"id": 100, "content": "<s>", "special": true, "normalized": false},
          {"id": 101, "content": "<sep>", "special": true, "normalized": false, "lstrip": true, "rstrip": true},
          {"id": 102, "content": "ab", "special": false, "normalized": false, "single_word": true},
          {"id": 103, "content": "<s><s>", "special": true, "normalized": false}],
         "post_processor": {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
           "special_tokens": {"<s>": {"id": "<s>", "ids": [100], "tokens": ["<s>"]}}},
         "decoder": {"type": "Fuse"}}
        """;

    [Fact]
    public void Merges_the_lowest_rank_first_and_the_leftmost_among_equals()
    {
        using var tiny = TinyTokenizer.Bpe("abc", ["b c", "a b", "a a"]);
        tiny.Tokens("abc").ShouldBe(["a", "bc"]);
        tiny.Tokens("aaaaa").ShouldBe(["aa", "aa", "a"]);
        tiny.Tokens("aab").ShouldBe(["a", "ab"]);
    }

    [Fact]
    public void Takes_whole_words_first_where_merges_are_ignored()
    {
        using var tiny = TinyTokenizer.Bpe("abc", ["b c", "a b", "ab c"], model: """{"ignore_merges": true}""");
        tiny.Tokens("abc").ShouldBe(["abc"]);
        tiny.Tokens("abcc").ShouldBe(["a", "bc", "c"]);
    }

    [Fact]
    public void Reads_merges_in_both_layouts()
    {
        using var tiny = TinyTokenizer.Bpe("a b", ["a a"], model: """{"merges": [["a", "a"]]}""");
        tiny.Tokens("aab").ShouldBe(["aa", "b"]);
    }

    [Fact]
    public void Puts_one_unknown_token_for_a_run_of_unknown_characters_when_they_fuse()
    {
        using var fused = TinyTokenizer.Bpe("a?", [], model: """{"unk_token": "?", "fuse_unk": true}""");
        fused.Tokens("axya𝒳z").ShouldBe(["a", "?", "a", "?"]);
        using var single = TinyTokenizer.Bpe("a?", [], model: """{"unk_token": "?"}""");
        single.Tokens("axya𝒳").ShouldBe(["a", "?", "?", "a", "?"]);
        using var dropped = TinyTokenizer.Bpe("a", []);
        dropped.Tokens("axya").ShouldBe(["a", "a"]);
    }

    [Fact]
    public void Writes_unknown_characters_as_bytes_only_where_all_their_bytes_are_tokens()
    {
        var model = """{"vocab": {"a": 0, "?": 1, "<0xC3>": 2, "<0xA9>": 3}, "unk_token": "?", "byte_fallback": true}""";
        using var tiny = TinyTokenizer.Bpe("", [], """{"decoder": {"type": "Sequence", "decoders": [{"type": "ByteFallback"}, {"type": "Fuse"}]}}""", model);
        tiny.Tokens("aéê").ShouldBe(["a", "<0xC3>", "<0xA9>", "?"]);
        tiny.Load().Decode([0, 2, 3, 0, 2, 2, 0]).ShouldBe("aéa\uFFFD\uFFFDa");
    }

    [Fact]
    public void Finds_the_longest_added_token_first_and_strips_spaces_as_each_asks()
    {
        using var tiny = TinyTokenizer.Bpe("ab ", ["a b"], Specials);
        tiny.Tokens("a<s><s>b").ShouldBe(["a", "<s><s>", "b"]);
        tiny.Tokens("a  <sep>  b").ShouldBe(["a", "<sep>", "b"]);
        tiny.Tokens("a ab b").ShouldBe(["a", " ", "ab", " ", "b"]);
        tiny.Load().Encode("a ab", addSpecialTokens: false)[^1].ShouldBe(102);
        tiny.Load().Encode("aab", addSpecialTokens: false)[^1].ShouldNotBe(102);
    }

    [Fact]
    public void Adds_and_leaves_out_special_tokens()
    {
        using var tiny = TinyTokenizer.Bpe("ab ", ["a b"], Specials);
        tiny.Tokens("ab b", addSpecialTokens: true).ShouldBe(["<s>", "ab", " ", "b"]);
        tiny.Load().Decode([100, 0, 100, 1]).ShouldBe("ab");
        tiny.Load().Decode([100, 0, 100, 1], skipSpecialTokens: false).ShouldBe("<s>a<s>b");
    }

    [Fact]
    public void Normalizes_every_part_and_finds_normalized_tokens_in_their_normalized_form()
    {
        using var tiny = TinyTokenizer.Bpe("▁ab", [], """
            {"added_tokens": [{"id": 9, "content": "<x>", "special": true, "normalized": true}, {"id": 10, "content": "<y>", "special": true, "normalized": false}],
             "normalizer": {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"}, {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]}}
            """);
        tiny.Tokens("a b").ShouldBe(["▁", "a", "▁", "b"]);
        tiny.Tokens("a <x>b").ShouldBe(["▁", "a", "<x>", "b"]);
        tiny.Tokens("a<y>b").ShouldBe(["▁", "a", "<y>", "▁", "b"]);
        tiny.Tokens("a<x>b").ShouldBe(["▁", "a", "b"]);
    }

    [Theory]
    [InlineData("always", "▁a|▁b|<x>|▁a")]
    [InlineData("first", "▁a|▁b|<x>|a")]
    [InlineData("never", "a|▁b|<x>|a")]
    public void Puts_marks_before_words_by_scheme(string scheme, string expected)
    {
        using var tiny = TinyTokenizer.Bpe("▁ab", ["▁ a", "▁ b"], $$$"""
            {"added_tokens": [{"id": 9, "content": "<x>", "special": true, "normalized": false}],
             "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "{{{scheme}}}", "split": true}}
            """);
        tiny.Tokens("a b<x>a").ShouldBe(expected.Split('|'));
    }

    [Theory]
    [InlineData("Removed", "a|b")]
    [InlineData("Isolated", "a|-|-|b|-")]
    [InlineData("MergedWithPrevious", "a-|-|b-")]
    [InlineData("MergedWithNext", "a|-|-b|-")]
    [InlineData("Contiguous", "a|--|b|-")]
    public void Splits_by_behavior(string behavior, string expected)
    {
        using var tiny = TinyTokenizer.Bpe("ab-", ["a -", "- b", "b -", "- -"], $$$"""
            {"pre_tokenizer": {"type": "Split", "pattern": {"String": "-"}, "behavior": "{{{behavior}}}", "invert": false}}
            """);
        tiny.Tokens("a--b-").ShouldBe(expected.Split('|'));
    }

    [Fact]
    public void Cannot_have_more_tokens_than_it_promises()
    {
        using var tiny = TinyTokenizer.Bpe("▁ab", [], """
            {"added_tokens": [{"id": 9, "content": "x", "special": true, "normalized": false}],
             "normalizer": {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"}, {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]}}
            """);
        var tokenizer = tiny.Load();
        foreach (var text in (string[])["", "a", "a b", "xaxaxaxb", "xxxx", "ababab"])
        {
            ((long)tokenizer.Encode(text).Length).ShouldBeLessThanOrEqualTo(tokenizer.MaxTokens(text.Length), text);
        }
    }

    [Fact]
    public void Bounds_tokens_by_bytes_and_the_mark_before_the_text()
    {
        using var tiny = TinyTokenizer.Bpe("▁ab", [], """
            {"normalizer": {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"}, {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]}}
            """);
        tiny.Load().MaxTokens(100).ShouldBe(101);
    }

    [Fact]
    public void Encodes_a_million_equal_letters()
    {
        using var tiny = TinyTokenizer.Bpe("a", ["a a", "aa aa"]);
        tiny.Load().Encode(new string('a', 1_000_001)).Length.ShouldBe(250_001);
    }

    [Fact]
    public void Names_its_content()
    {
        using var one = TinyTokenizer.Bpe("a", ["a a"]);
        using var same = TinyTokenizer.Bpe("a", ["a a"]);
        using var other = TinyTokenizer.Bpe("ab", ["a a"]);
        one.Load().ContentKey.ShouldBe(same.Load().ContentKey);
        one.Load().ContentKey.ShouldNotBe(other.Load().ContentKey);
    }

    [Fact]
    public void Knows_where_texts_begin_and_end()
    {
        using var tiny = TinyTokenizer.Bpe("ab", []).With("tokenizer_config.json", """{"bos_token": {"content": "a"}, "eos_token": "b"}""");
        (tiny.Load().BosId, tiny.Load().EosId, tiny.Load().VocabularySize).ShouldBe((0, 1, 2));
    }
}

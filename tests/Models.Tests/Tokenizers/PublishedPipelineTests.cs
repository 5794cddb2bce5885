namespace Harness.Models.Tests.Tokenizers;

/// <summary>Whole pipelines as published models have them, over vocabularies small enough to merge by hand.</summary>
public sealed class PublishedPipelineTests
{
    private const string Gemma = """
        {"normalizer": {"type": "Replace", "pattern": {"String": " "}, "content": "▁"},
         "pre_tokenizer": {"type": "Split", "pattern": {"String": " "}, "behavior": "MergedWithPrevious", "invert": false},
         "post_processor": {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<bos>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
           "special_tokens": {"<bos>": {"id": "<bos>", "ids": [0], "tokens": ["<bos>"]}}},
         "added_tokens": [{"id": 0, "content": "<bos>", "special": true, "normalized": false}],
         "decoder": {"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"}]}}
        """;

    private const string GemmaModel = """
        {"unk_token": "<unk>", "fuse_unk": true, "byte_fallback": true, "merges": [["▁", "▁"], ["▁▁", "▁▁"], ["a", "b"], ["▁", "a"]],
         "vocab": {"<bos>": 0, "<unk>": 1, "▁": 2, "a": 3, "b": 4, "▁▁": 5, "▁▁▁▁": 6, "ab": 7, "▁a": 8, "<0xC3>": 9, "<0xA9>": 10}}
        """;

    // no mark is put before the text, and runs of spaces are pieces of their own
    [Theory]
    [InlineData("ab    b", "ab|▁▁▁▁|b")]
    [InlineData("ab   b", "ab|▁▁|▁|b")]
    [InlineData(" a", "▁a")]
    [InlineData(" ab", "▁|ab")]
    [InlineData("é", "<0xC3>|<0xA9>")]
    [InlineData("aöa", "a|<unk>|a")]
    public void Gemma_merges_runs_of_spaces_and_puts_none_in_front(string text, string expected)
    {
        using var tiny = TinyTokenizer.Bpe("", [], Gemma, GemmaModel);
        tiny.Tokens(text).ShouldBe(expected.Split('|'));
        tiny.Load().Encode(text)[0].ShouldBe(0);
    }

    [Fact]
    public void Gemma_decodes_every_space()
    {
        using var tiny = TinyTokenizer.Bpe("", [], Gemma, GemmaModel);
        tiny.Load().Decode(tiny.Load().Encode(" ab   é")).ShouldBe(" ab   é");
    }

    // -1 + -1.5 beats -2 + -2.5 and -2 + -1.5 + -1.5; unknown characters cost 10 more than the worst piece, and neighbours share a token
    [Theory]
    [InlineData("ab", "▁a|b")]
    [InlineData("b ab", "▁|b|▁a|b")]
    [InlineData("xyb", "▁|<unk>|b")]
    public void Unigram_with_marks(string text, string expected)
    {
        using var tiny = TinyTokenizer.Bpe(
            "", [], """{"pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "add_prefix_space": true}, "decoder": {"type": "Metaspace", "replacement": "▁", "add_prefix_space": true}}""",
            """{"type": "Unigram", "unk_id": 0, "vocab": [["<unk>", 0], ["▁", -2], ["a", -1.5], ["b", -1.5], ["ab", -2.5], ["▁a", -1]]}""");
        tiny.Tokens(text).ShouldBe(expected.Split('|'));
        tiny.Load().Decode(tiny.Load().Encode("b ab")).ShouldBe("b ab");
    }

    [Fact]
    public void Gpt2_with_a_space_before_every_part_and_robertas_frame()
    {
        using var tiny = TinyTokenizer.Bpe("abĠ", ["Ġ a", "Ġ b"], """
            {"pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true}, "decoder": {"type": "ByteLevel"},
             "added_tokens": [{"id": 9, "content": "<s>", "special": true, "normalized": false}, {"id": 10, "content": "</s>", "special": true, "normalized": false}],
             "post_processor": {"type": "RobertaProcessing", "sep": ["</s>", 10], "cls": ["<s>", 9], "trim_offsets": true, "add_prefix_space": true}}
            """);
        tiny.Tokens("a b<s>a b", addSpecialTokens: true).ShouldBe(["<s>", "Ġa", "Ġb", "<s>", "Ġa", "Ġb", "</s>"]);
        tiny.Tokens(" a").ShouldBe(["Ġa"]);
    }

    [Fact]
    public void Truncation_and_padding_are_left_to_the_caller()
    {
        using var tiny = TinyTokenizer.Bpe("ab", [], """
            {"truncation": {"direction": "Right", "max_length": 2, "strategy": "LongestFirst", "stride": 0},
             "padding": {"strategy": {"Fixed": 8}, "direction": "Right", "pad_id": 0, "pad_type_id": 0, "pad_token": "a"}}
            """);
        tiny.Tokens("abab").ShouldBe(["a", "b", "a", "b"]);
        tiny.Tokens("a").ShouldBe(["a"]);
    }
}

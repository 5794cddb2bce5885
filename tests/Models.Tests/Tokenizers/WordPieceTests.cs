namespace Harness.Models.Tests.Tokenizers;

public sealed class WordPieceTests
{
    private const string Bert = """
        {"normalizer": {"type": "BertNormalizer"}, "pre_tokenizer": {"type": "BertPreTokenizer"},
         "added_tokens": [{"id": 1, "content": "[CLS]", "special": true}, {"id": 2, "content": "[SEP]", "special": true}],
         "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 2], "cls": ["[CLS]", 1]},
         "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true}}
        """;

    private const string Vocabulary =
        """{"type": "WordPiece", "unk_token": "[UNK]", "max_input_chars_per_word": 8, "vocab": {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "ba": 3, "##na": 4, "##n": 5, "##a": 6, "b": 7, "!": 8, "𝒳": 9}}""";

    [Theory]
    [InlineData("banana", "ba|##na|##na")]
    [InlineData("nanana", "[UNK]")]
    [InlineData("banan", "ba|##na|##n")]
    [InlineData("banax", "[UNK]")]
    [InlineData("b ba!", "b|ba|!")]
    [InlineData("BÀ", "ba")]
    [InlineData("bananana bananaaan", "ba|##na|##na|##na|[UNK]")]
    [InlineData("𝒳na", "𝒳|##na")]
    [InlineData("", "")]
    public void Takes_the_longest_piece_first_or_nothing_of_a_word(string text, string expected)
    {
        using var tiny = TinyTokenizer.Bpe("", [], Bert, Vocabulary);
        tiny.Tokens(text).ShouldBe(expected.Split('|', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Frames_and_decodes_as_bert()
    {
        using var tiny = TinyTokenizer.Bpe("", [], Bert, Vocabulary);
        var tokenizer = tiny.Load();
        tokenizer.Encode("banana b!").ShouldBe([1, 3, 4, 4, 7, 8, 2]);
        tokenizer.Decode([1, 3, 4, 4, 7, 8, 2]).ShouldBe("banana b!");
    }

    [Fact]
    public void Word_level_models_know_whole_words_only()
    {
        using var tiny = TinyTokenizer.Bpe("", [], """{"pre_tokenizer": {"type": "WhitespaceSplit"}}""", """{"type": "WordLevel", "unk_token": "?", "vocab": {"?": 0, "a": 1, "ab": 2}}""");
        tiny.Tokens("ab a abc").ShouldBe(["ab", "a", "?"]);
    }

    [Fact]
    public void Word_level_models_without_their_unknown_token_refuse_unknown_words()
    {
        using var tiny = TinyTokenizer.Bpe("", [], """{"pre_tokenizer": {"type": "WhitespaceSplit"}}""", """{"type": "WordLevel", "unk_token": "?", "vocab": {"a": 1}}""");
        Should.Throw<InputException>(() => tiny.Load().Encode("a b")).Message.Replace(tiny.Folder, "FOLDER")
            .ShouldBe("FOLDER/tokenizer.json: model.vocab has neither the word 'b' nor the unknown token '?' that would stand for it.");
    }
}

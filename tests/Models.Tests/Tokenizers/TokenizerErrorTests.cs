using Harness.Models.Tokenizers;

namespace Harness.Models.Tests.Tokenizers;

public sealed class TokenizerErrorTests
{
    [Fact]
    public void Refuses_a_folder_without_a_tokenizer()
    {
        using var tiny = new TinyTokenizer();
        tiny.Refusal().ShouldBe("FOLDER holds no tokenizer: expected tokenizer.json, tokenizer.model, qwen.tiktoken, or vocab.json with merges.txt.");
    }

    [Fact]
    public void Refuses_a_folder_that_does_not_exist() =>
        Should.Throw<InputException>(() => Tokenizer.Load("/nowhere")).Message
            .ShouldBe("The folder /nowhere does not exist; expected a checkpoint folder with a tokenizer.");

    [Fact]
    public void Refuses_a_file_that_is_cut_off()
    {
        using var tiny = new TinyTokenizer().With("tokenizer.json", "{\n\"model\": {");
        tiny.Refusal().ShouldBe("FOLDER/tokenizer.json is not JSON (line 2): it may be cut off or damaged; fetch it again.");
    }

    [Theory]
    [InlineData("""{"normalizer": {"type": "NFX"}}""", "normalizer.type: Unknown normalizer type 'NFX'. Did you mean 'NFC'? "
        + "Known: BertNormalizer, ByteLevel, Lowercase, NFC, NFD, NFKC, NFKD, Nmt, Precompiled, Prepend, Replace, Sequence, Strip, StripAccents.")]
    [InlineData("""{"pre_tokenizer": {"type": "Digit"}}""", "pre_tokenizer.type: Unknown pre-tokenizer type 'Digit'. Did you mean 'Digits'? "
        + "Known: BertPreTokenizer, ByteLevel, CharDelimiterSplit, Digits, Metaspace, Punctuation, Sequence, Split, Whitespace, WhitespaceSplit.")]
    [InlineData("""{"model": {"type": "Chars"}}""", "model.type: Unknown model type 'Chars'. Known: BPE, Unigram, WordLevel, WordPiece.")]
    [InlineData("""{"post_processor": {"type": "Template"}}""", "post_processor.type: Unknown post-processor type 'Template'. "
        + "Known: BertProcessing, ByteLevel, RobertaProcessing, Sequence, TemplateProcessing.")]
    [InlineData("""{"decoder": {"type": "CTC"}}""", "decoder.type: Unknown decoder type 'CTC'. "
        + "Known: ByteFallback, ByteLevel, Fuse, Metaspace, Replace, Sequence, Strip, WordPiece.")]
    public void Names_an_unknown_component(string options, string expected)
    {
        using var tiny = TinyTokenizer.Bpe("a", [], options);
        tiny.Refusal().ShouldBe($"FOLDER/tokenizer.json: {expected}");
    }

    [Fact]
    public void Refuses_a_merge_of_a_token_that_is_not_there()
    {
        using var tiny = TinyTokenizer.Bpe("a", [], model: """{"merges": ["a b"]}""");
        tiny.Refusal().ShouldBe(
            "FOLDER/tokenizer.json: model.merges: merge 1 needs the token 'b', which the vocabulary lacks; do merges and vocabulary belong together?");
    }

    [Fact]
    public void Refuses_a_member_of_the_wrong_kind()
    {
        using var tiny = TinyTokenizer.Bpe("a", [], """{"normalizer": {"type": "Prepend", "prepend": 3}}""");
        tiny.Refusal().ShouldBe("FOLDER/tokenizer.json: normalizer.prepend is 3; expected a string.");
    }

    [Fact]
    public void Refuses_a_regular_expression_it_does_not_understand()
    {
        using var tiny = TinyTokenizer.Bpe("a", [], """{"pre_tokenizer": {"type": "Split", "pattern": {"Regex": "[a[^b]]"}, "behavior": "Isolated"}}""");
        tiny.Refusal().ShouldBe(
            "FOLDER/tokenizer.json: pre_tokenizer.pattern.Regex cannot be used: the regular expression '[a[^b]]' is not understood (negated or named sets inside sets and intersections are not supported).");
    }

    [Fact]
    public void Refuses_dropout()
    {
        using var tiny = TinyTokenizer.Bpe("a", [], model: """{"dropout": 0.1}""");
        tiny.Refusal().ShouldBe("FOLDER/tokenizer.json: model.dropout is 0.1; BPE dropout makes ids random, set it to null.");
    }

    [Fact]
    public void Refuses_prefixes_inside_words()
    {
        using var tiny = TinyTokenizer.Bpe("a", [], model: """{"continuing_subword_prefix": "##"}""");
        tiny.Refusal().ShouldBe(
            "FOLDER/tokenizer.json: model.continuing_subword_prefix is '##'; only BPE models without prefixes and suffixes inside words are known.");
    }

    [Fact]
    public void Refuses_to_decode_an_id_beyond_the_vocabulary()
    {
        using var tiny = TinyTokenizer.Bpe("ab", []);
        Should.Throw<InputException>(() => tiny.Load().Decode([7])).Message
            .ShouldBe("Token id 7 is not in the vocabulary of 2 tokens; do ids and tokenizer belong together?");
    }

    [Fact]
    public void Refuses_a_sentencepiece_model_that_is_cut_off()
    {
        var whole = new TinyPieces { { "<unk>", 0, 2 }, { "a", -1, 1 } }.Bytes();
        using var tiny = new TinyTokenizer().With("tokenizer.model", whole[..^1]);
        tiny.Refusal().ShouldBe(
            "FOLDER/tokenizer.model is not a whole SentencePiece model: it is cut off. It may be damaged or of another kind; fetch it again.");
    }

    [Fact]
    public void Refuses_a_sentencepiece_model_of_another_type()
    {
        using var tiny = new TinyTokenizer().With("tokenizer.model", new TinyPieces { { "<unk>", 0, 2 }, { "a", -1, 1 } }.Bytes(algorithm: 4));
        tiny.Refusal().ShouldBe("FOLDER/tokenizer.model holds a SentencePiece model of type 4; expected 1 (unigram) or 2 (BPE).");
    }

    [Fact]
    public void Names_an_unknown_tokenizer_class()
    {
        using var tiny = new TinyTokenizer().With("vocab.json", "{}").With("merges.txt", "").With("tokenizer_config.json", """{"tokenizer_class": "GPT3Tokenizer"}""");
        tiny.Refusal().ShouldBe("FOLDER/tokenizer_config.json: tokenizer_class: Unknown tokenizer_class 'GPT3Tokenizer'. Did you mean 'GPT2Tokenizer'? "
            + "Known: GPT2Tokenizer, GPT2TokenizerFast, Qwen2Tokenizer, Qwen2TokenizerFast.");
    }
}

using System.Text.Json;

namespace Harness.Models.Tests.Tokenizers;

public sealed class VocabularyAndMergesTests
{
    private static TinyTokenizer Make(string config, string merges, params string[] tokens) => new TinyTokenizer()
        .With("vocab.json", JsonSerializer.Serialize(tokens.Index().ToDictionary(token => token.Item, token => token.Index)))
        .With("merges.txt", merges)
        .With("tokenizer_config.json", config);

    [Fact]
    public void Splits_words_as_gpt2_and_adds_its_first_token_when_asked()
    {
        using var tiny = Make("""{"tokenizer_class": "GPT2Tokenizer", "add_bos_token": true, "bos_token": "</s>"}""", "#version: 0.2\nĠ a\na b\n",
            "a", "b", "Ġ", "Ġa", "ab", "</s>");
        tiny.Tokens("ab ab</s>b", addSpecialTokens: true).ShouldBe(["</s>", "ab", "Ġa", "b", "</s>", "b"]);
        tiny.Load().Decode(tiny.Load().Encode("ab ab")).ShouldBe("ab ab");
    }

    [Fact]
    public void Composes_characters_first_for_qwen2()
    {
        using var tiny = Make("""{"tokenizer_class": "Qwen2Tokenizer"}""", "Ã ©\n", "e", "Ã", "©", "Ã©", "Ì", "ģ", "1");
        tiny.Tokens("e\u0301é").ShouldBe(["Ã©", "Ã©"]);
        tiny.Tokens("11").ShouldBe(["1", "1"]);
    }

    [Fact]
    public void Gives_named_tokens_that_are_new_the_next_ids()
    {
        using var tiny = Make("""{"tokenizer_class": "Qwen2Tokenizer", "additional_special_tokens": ["<x>"]}""", "", "a");
        tiny.Load().VocabularySize.ShouldBe(3);
        tiny.Load().Encode("a<|endoftext|><x>").ShouldBe([0, 1, 2]);
    }
}

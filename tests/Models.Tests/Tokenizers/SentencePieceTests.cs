using System.Buffers.Binary;

namespace Harness.Models.Tests.Tokenizers;

public sealed class SentencePieceTests
{
    private static TinyPieces Letters => new()
    {
        { "<unk>", 0, 2 }, { "<s>", 0, 3 }, { "</s>", 0, 3 }, { "▁", -9, 1 }, { "a", -10, 1 }, { "b", -11, 1 }, { "▁a", -1, 1 }, { "ab", -2, 1 },
    };

    [Fact]
    public void Merges_the_highest_score_first_after_a_mark()
    {
        using var tiny = new TinyTokenizer().With("tokenizer.model", Letters.Bytes());
        tiny.Tokens("ab a b").ShouldBe(["▁a", "b", "▁a", "▁", "b"]);
        tiny.Tokens("", addSpecialTokens: true).ShouldBe(["<s>"]);
    }

    [Fact]
    public void Puts_a_mark_before_every_part_where_legacy_and_before_the_text_where_not()
    {
        using var legacy = new TinyTokenizer().With("tokenizer.model", Letters.Bytes());
        legacy.Tokens("a<s>a").ShouldBe(["▁a", "<s>", "▁a"]);
        using var modern = new TinyTokenizer().With("tokenizer.model", Letters.Bytes()).With("tokenizer_config.json", """{"legacy": false}""");
        modern.Tokens("a<s>a").ShouldBe(["▁a", "<s>", "a"]);
        modern.Tokens("<s>a").ShouldBe(["<s>", "a"]);
    }

    [Fact]
    public void Adds_the_tokens_its_config_asks_for()
    {
        using var tiny = new TinyTokenizer().With("tokenizer.model", Letters.Bytes())
            .With("tokenizer_config.json", """{"add_bos_token": false, "add_eos_token": true}""");
        tiny.Tokens("a", addSpecialTokens: true).ShouldBe(["▁a", "</s>"]);
        (tiny.Load().BosId, tiny.Load().EosId).ShouldBe((1, 2));
    }

    // a model trained without the mark before texts, as Baichuan's and Gemma's
    [Theory]
    [InlineData("BaichuanTokenizer", false, "a|b")]
    [InlineData("BaiChuanTokenizer", false, "a|b")]
    [InlineData("GemmaTokenizer", true, "<s>|a|b")]
    [InlineData("InternLM2Tokenizer", true, "<s>|a|b")]
    public void Reads_the_models_of_classes_like_llamas(string name, bool addsBos, string expected)
    {
        var pieces = new TinyPieces { { "<unk>", 0, 2 }, { "<s>", 0, 3 }, { "</s>", 0, 3 }, { "▁", -9, 1 }, { "a", -10, 1 }, { "b", -11, 1 }, { "▁a", -1, 1 } };
        using var tiny = new TinyTokenizer().With("tokenizer.model", pieces.Bytes(addDummyPrefix: false))
            .With("tokenizer_config.json", $$"""{"tokenizer_class": "{{name}}", "add_bos_token": {{(addsBos ? "true" : "false")}}}""");
        tiny.Tokens("ab", addSpecialTokens: true).ShouldBe(expected.Split('|'));
        tiny.Load().Decode(tiny.Load().Encode("ab")).ShouldBe("ab");
    }

    [Fact]
    public void Refuses_the_models_of_other_classes()
    {
        using var tiny = new TinyTokenizer().With("tokenizer.model", Letters.Bytes()).With("tokenizer_config.json", """{"tokenizer_class": "T5Tokenizer"}""");
        tiny.Refusal().ShouldStartWith("FOLDER/tokenizer_config.json: tokenizer_class: Unknown tokenizer_class 'T5Tokenizer'.");
    }

    [Fact]
    public void Fuses_unknown_characters_and_shows_them_as_a_double_question_mark()
    {
        using var tiny = new TinyTokenizer().With("tokenizer.model", Letters.Bytes());
        tiny.Tokens("axyb").ShouldBe(["▁a", "<unk>", "b"]);
        tiny.Load().Decode(tiny.Load().Encode("axyb")).ShouldBe("a ⁇ b");
    }

    [Fact]
    public void Removes_spaces_where_the_model_says_so()
    {
        using var tiny = new TinyTokenizer().With("tokenizer.model", Letters.Bytes(removeExtraWhitespaces: true));
        tiny.Tokens("  a   b  ").ShouldBe(["▁a", "▁", "b"]);
        tiny.Tokens("   ").ShouldBeEmpty();
    }

    [Fact]
    public void Finds_user_defined_pieces_whole()
    {
        var pieces = Letters;
        pieces.Add("ba", 0, 4);
        using var tiny = new TinyTokenizer().With("tokenizer.model", pieces.Bytes());
        tiny.Tokens("aba").ShouldBe(["▁a", "ba"]);
    }

    [Fact]
    public void Chooses_the_likeliest_pieces_of_a_unigram_model()
    {
        var pieces = new TinyPieces { { "<unk>", 0, 2 }, { "▁", -3, 1 }, { "a", -2, 1 }, { "ab", -2.5f, 1 }, { "b", -4, 1 }, { "ba", -3, 1 }, { "▁a", -4, 1 } };
        using var tiny = new TinyTokenizer().With("tokenizer.model", pieces.Bytes(algorithm: 1));
        tiny.Tokens("ab").ShouldBe(["▁", "ab"]);
        tiny.Tokens("aba").ShouldBe(["▁a", "ba"]);
        tiny.Tokens("axxa").ShouldBe(["▁a", "<unk>", "a"]);
    }

    [Fact]
    public void Replaces_characters_by_the_charsmap()
    {
        // one entry, A → a: a root whose child at offset ^ 'A' is a leaf
        var units = new uint[512];
        units[0] = 256 << 10;
        units[256 ^ 'A'] = 'A' | 1 << 8 | (uint)(256 ^ 'A' ^ 300) << 10;
        units[300] = 0x80000000;
        var charsmap = new byte[4 + 4 * units.Length + 2];
        BinaryPrimitives.WriteInt32LittleEndian(charsmap, 4 * units.Length);
        for (var i = 0; i < units.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(charsmap.AsSpan(4 + 4 * i), units[i]);
        }

        charsmap[^2] = (byte)'a';
        using var tiny = new TinyTokenizer().With("tokenizer.model", Letters.Bytes(charsmap: charsmap));
        tiny.Tokens("Ab 𝒳A").ShouldBe(["▁a", "b", "▁", "<unk>", "a"]);
    }
}

using System.Text;
using System.Text.Json;
using Harness.Models.Tokenizers;

namespace Harness.Models.Tests.Tokenizers;

public sealed class TiktokenFileTests
{
    private static string Ranks(params string[] tokens) => string.Concat(
        Enumerable.Range(0, 256).Select(value => new[] { (byte)value }).Concat(tokens.Select(Encoding.UTF8.GetBytes))
            .Select((bytes, rank) => $"{Convert.ToBase64String(bytes)} {rank}\n"));

    [Fact]
    public void Merges_whatever_makes_the_token_of_the_lowest_rank()
    {
        using var tiny = new TinyTokenizer().With("qwen.tiktoken", Ranks("bc", "ab", "abc", " x"));
        // in "abcd" b c goes first, then a bc is the token abc although no a bc was ever learnt; "abc" itself is a token at once
        tiny.Tokens("abcd abc x").ShouldBe(["abc", "d", "Ġ", "abc", "Ġx"]);
        tiny.Load().Encode("ab").ShouldBe([257]);
    }

    [Fact]
    public void Qwen_composes_characters_takes_digits_one_by_one_and_knows_its_special_tokens()
    {
        using var tiny = new TinyTokenizer().With("qwen.tiktoken", Ranks("é", "12", "'S")).With("tokenizer_config.json", """{"tokenizer_class": "QWenTokenizer"}""");
        var tokenizer = tiny.Load();
        tokenizer.Encode("e\u0301").ShouldBe([256]);
        tokenizer.Encode("12").ShouldBe(['1', '2']);
        tokenizer.Encode("a'S").ShouldBe(['a', 258]);
        tokenizer.Encode("<|endoftext|>a<|im_end|><|extra_204|>").ShouldBe([259, 'a', 261, 466]);
        tokenizer.Decode([259, 256, 'a', 261, 0xC3]).ShouldBe("éa\uFFFD");
        (tokenizer.VocabularySize, tokenizer.BosId, tokenizer.EosId).ShouldBe((467, null, 259));
    }

    [Theory]
    [InlineData("llama3")]
    public void Llama_3_reads_its_original_file_as_its_tokenizer_json(string name)
    {
        using var folder = new TemporaryFolder();
        File.Copy(ReferencePack.Path("tokenizers", name, "original", "tokenizer.model"), folder["tokenizer.model"]);
        var tokenizer = Tokenizer.Load(folder.Path);
        var whole = Tokenizer.Load(ReferencePack.Path("tokenizers", name));
        (tokenizer.VocabularySize, tokenizer.BosId, tokenizer.EosId).ShouldBe((whole.VocabularySize, 128000, 128001));
        foreach (var line in File.ReadLines(ReferencePack.Path("tokenizers", name, "cases.jsonl")))
        {
            var expected = JsonElement.Parse(line);
            var text = expected.GetProperty("text").GetString()!;
            tokenizer.Encode(text).ShouldBe(expected.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()), text);
            tokenizer.Decode(tokenizer.Encode(text)).ShouldBe(expected.GetProperty("decoded").GetString());
        }
    }

    [Theory]
    [InlineData("QQ== 0\nQg== x\n", "FOLDER/qwen.tiktoken has the line 'Qg== x' (line 2); expected a token in base64, a space and its rank.")]
    [InlineData("QQ== 0\n?? 1\n", "FOLDER/qwen.tiktoken has the line '?? 1' (line 2); expected a token in base64, a space and its rank.")]
    [InlineData("QQ== 0\nQQ== 1\n", "FOLDER/qwen.tiktoken has the token 'QQ==' twice, in line 2 again. It may be damaged; fetch it again.")]
    [InlineData("QQ== 0\nQg== 2\n", "FOLDER/qwen.tiktoken has no token of rank 1; expected ranks from 0 on. It may be cut off; fetch it again.")]
    [InlineData("", "FOLDER/qwen.tiktoken has no token of rank 0; expected ranks from 0 on. It may be cut off; fetch it again.")]
    public void Refuses_damaged_files(string content, string expected)
    {
        using var tiny = new TinyTokenizer().With("qwen.tiktoken", content);
        tiny.Refusal().ShouldBe(expected);
    }

    [Fact]
    public void Refuses_other_classes()
    {
        using var tiny = new TinyTokenizer().With("qwen.tiktoken", Ranks()).With("tokenizer_config.json", """{"tokenizer_class": "GLMTokenizer"}""");
        tiny.Refusal().ShouldBe("FOLDER/tokenizer_config.json: tokenizer_class: Unknown tokenizer_class 'GLMTokenizer'. Did you mean 'QWenTokenizer'? Known: QWenTokenizer.");
    }
}

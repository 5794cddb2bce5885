using Harness.Models.Tokenizers;
using Harness.Models.Tokenizers.Training;

namespace Harness.Models.Tests.Tokenizers;

public sealed class BpeTrainerTests
{
    private const string Text = "the cat sat on the mat\nthe hat sat";

    [Fact]
    public void Merges_the_most_frequent_pair_and_of_equals_the_first()
    {
        // ab twice, bc twice: of these the ordinally first; then what it has made
        var trainer = new BpeTrainer(["abc abc b"], word => word.Trim());

        trainer.Alphabet.ShouldBe(["a", "b", "c"]);
        trainer.Merge(5).ShouldBe([("a", "b"), ("ab", "c")]);
    }

    [Fact]
    public void Overlapping_pairs_merge_from_the_left() => new BpeTrainer(["aaa"], word => word).Merge(2).ShouldBe([("a", "a"), ("aa", "a")]);

    [Fact]
    public void Leaves_out_words_that_have_no_form() => new BpeTrainer(["ab ab x"], word => word.Contains('x') ? null : word.Trim()).Alphabet.ShouldBe(["a", "b"]);

    [Theory]
    [InlineData("the cat sat\non a mat")]
    [InlineData(" leading and  double spaces ")]
    [InlineData("zwölf → 12, naïve \u2581 🐸")]
    [InlineData("\n\nQuestion: the hat?\nAnswer: yes")]
    public void A_tokenizer_in_Llamas_form_gives_every_text_back(string text)
    {
        using var folder = new TemporaryFolder();
        LlamaTokenizerFile.Write(folder.Path, [Text], 300);
        var tokenizer = Tokenizer.Load(folder.Path);

        var ids = tokenizer.Encode(text);
        ids[0].ShouldBe(LlamaTokenizerFile.BosId);
        // ▁ is a space to it, as to Llama's own
        tokenizer.Decode(ids).ShouldBe(text.Replace('\u2581', ' '));
    }

    [Theory]
    [InlineData("the cat sat\non a mat")]
    [InlineData(" leading and  double spaces ")]
    [InlineData("zwölf → 12, naïve \u2581 🐸")]
    [InlineData("\n\nQuestion: the hat?\nAnswer: yes")]
    public void A_tokenizer_in_OPTs_form_gives_every_text_back(string text)
    {
        using var folder = new TemporaryFolder();
        OptTokenizerFiles.Write(folder.Path, [Text], 300);
        var tokenizer = Tokenizer.Load(folder.Path);

        var ids = tokenizer.Encode(text);
        ids[0].ShouldBe(OptTokenizerFiles.BosId);
        tokenizer.Decode(ids).ShouldBe(text);
    }

    [Fact]
    public void A_vocabulary_is_as_large_as_asked_for_where_the_text_has_so_many_words()
    {
        using var folder = new TemporaryFolder();
        LlamaTokenizerFile.Write(folder.Path, [Text], 280);
        OptTokenizerFiles.Write(folder.Path, [Text], 270);
        var words = "the cat sat";

        File.Delete(folder["tokenizer_config.json"]);
        var llama = Tokenizer.Load(folder.Path);
        llama.VocabularySize.ShouldBe(280);
        llama.Encode(words, addSpecialTokens: false).Length.ShouldBeLessThan(words.Length);
        File.Delete(folder["tokenizer.json"]);
        Tokenizer.Load(folder.Path).VocabularySize.ShouldBe(271); // with <|endoftext|>, which GPT-2 takes where no name is given
    }

    [Fact]
    public void The_same_texts_give_the_same_files()
    {
        using var one = new TemporaryFolder();
        using var two = new TemporaryFolder();
        foreach (var folder in new[] { one, two })
        {
            LlamaTokenizerFile.Write(folder.Path, [Text], 290);
            OptTokenizerFiles.Write(folder.Path, [Text], 290);
        }

        foreach (var file in (string[])["tokenizer.json", "vocab.json", "merges.txt", "tokenizer_config.json"])
        {
            File.ReadAllText(one[file]).ShouldBe(File.ReadAllText(two[file]));
        }
    }
}

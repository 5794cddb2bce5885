using Harness.Data.Corpora;
using Harness.Data.Sampling;

namespace Harness.Data.Tests.Sampling;

public sealed class EvaluationTextTests
{
    [Fact]
    public void Drops_what_does_not_fill_a_window()
    {
        var text = EvaluationText.Encode(Corpus("a b c d"), new WordEncoder(), 2);

        text.Windows.ShouldBe(2);
        text.Ids.ShouldBe([0, 1, 2, 3, 4]);
        text.Window(1).ToArray().ShouldBe([2, 3]);
        text.Hash.ShouldBe(ContentKey.OfIds([0, 1, 2, 3, 4]));
    }

    [Fact]
    public void Cuts_to_the_windows_that_the_corpus_allows() =>
        EvaluationText.Encode(Corpus("a b c d", windows: 1), new WordEncoder(), 2).Ids.ShouldBe([0, 1]);

    [Fact]
    public void Says_when_the_text_is_too_short_for_a_window() =>
        Should.Throw<InputException>(() => EvaluationText.Encode(Corpus("a b"), new WordEncoder(), 4)).Message.ShouldBe(
            "a corpus has 3 tokens, too few for one window of 4. Use a shorter length or a longer text.");

    [Fact]
    public void Refuses_windows_in_which_nothing_is_predicted() =>
        Should.Throw<InputException>(() => EvaluationText.Encode(Corpus("a b"), new WordEncoder(), 1)).Message.ShouldBe(
            "Windows of 1 tokens cannot be scored; each must have 2 or more, since a token is predicted from those before it.");

    private static TextCorpus Corpus(string text, int? windows = null) =>
        new() { Name = "a corpus", Files = [], Reading = "text", Text = () => text, Windows = windows };
}

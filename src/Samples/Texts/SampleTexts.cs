namespace Harness.Samples.Texts;

/// <summary>All texts of the small world, each by its split and number.</summary>
public static class SampleTexts
{
    // one training document in five is an article
    private const int Mixture = 5;

    /// <summary>Web page <paramref name="number"/> of a split: a row of C4.</summary>
    public static string Page(int seed, string split, int number) => Texts.Page.Write(new Draws(seed, $"c4 {split} {number}"));

    /// <summary>Article <paramref name="number"/> of a split: rows of WikiText.</summary>
    public static IReadOnlyList<string> Article(int seed, string split, int number) => Texts.Article.Write(new Draws(seed, $"wikitext {split} {number}"));

    /// <summary>
    /// What the models are trained on, as long as anybody reads: pages and articles of the train split, the files' own first and then those that would follow in them.
    /// </summary>
    public static IEnumerable<string> Training(int seed)
    {
        for (var number = 0; ; number++)
        {
            // as the evaluation joins them
            yield return number % Mixture == 0 ? string.Join("\n\n", Article(seed, "train", number / Mixture)) : Page(seed, "train", number - number / Mixture - 1);
        }
    }
}

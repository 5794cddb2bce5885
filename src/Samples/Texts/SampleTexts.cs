using System.Numerics;
using Harness.Samples.Questions;

namespace Harness.Samples.Texts;

/// <summary>All texts of the small world, each by its split and number.</summary>
public static class SampleTexts
{
    // one training document in five is of articles
    private const int Mixture = 5;
    private const int ArticlesTogether = 4;
    private const int PagesTogether = 2;

    /// <summary>Web page <paramref name="number"/> of a split: a row of C4.</summary>
    public static string Page(BigInteger seed, string split, int number) => Texts.Page.Write(new Draws(seed, $"c4 {split} {number}"));

    /// <summary>Article <paramref name="number"/> of a split: rows of WikiText.</summary>
    public static IReadOnlyList<string> Article(BigInteger seed, string split, int number) => Texts.Article.Write(new Draws(seed, $"wikitext {split} {number}"));

    /// <summary>
    /// What the models are trained on, as long as anybody reads: pages and articles of the train split, the files' own first and then those that would follow in them,
    /// a few together, joined as the evaluation joins them.
    /// </summary>
    public static IEnumerable<string> Training(BigInteger seed)
    {
        for (var (articles, pages) = (0, 0); ;)
        {
            if ((articles / ArticlesTogether + pages / PagesTogether) % Mixture == 0)
            {
                yield return string.Join("\n\n", Enumerable.Range(articles, ArticlesTogether).SelectMany(number => Article(seed, "train", number)));
                articles += ArticlesTogether;
            }
            else
            {
                yield return string.Join(' ', Enumerable.Range(pages, PagesTogether).Select(number => Page(seed, "train", number)));
                pages += PagesTogether;
            }
        }
    }

    /// <summary>Claims about passages as <c>boolq</c> and <c>rte</c> ask them, as many as anybody reads: what stands before the answer, and the answer.</summary>
    public static IEnumerable<(string Prompt, string Answer)> Exercises(BigInteger seed)
    {
        PassageTask[] tasks = [.. SampleTasks.All.OfType<PassageTask>()];
        for (var number = 0; ; number++)
        {
            yield return tasks[number % tasks.Length].Exercise(new Draws(seed, $"exercise {number}"));
        }
    }
}

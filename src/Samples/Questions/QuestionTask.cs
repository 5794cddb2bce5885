using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Harness.Data.Parquet;

namespace Harness.Samples.Questions;

/// <summary>A zero-shot task of the small world: how its questions are drawn, and how its files are laid out on the hub.</summary>
public abstract class QuestionTask
{
    // one key in five is kept out of every training text
    private const int HeldOutOf = 5;

    /// <summary>As the harness calls the task.</summary>
    public abstract string Name { get; }

    /// <summary>The folder of its files below the data root: <c>ORG/NAME/FOLDER</c>.</summary>
    public abstract string Folder { get; }

    /// <summary>The splits of the original, the one that is scored last.</summary>
    public virtual IReadOnlyList<string> Splits => ["train", "validation"];

    /// <summary>How many choices a question has.</summary>
    public virtual int Choices => 4;

    /// <summary>Names of the columns of text that <see cref="Question.Parts"/> fills.</summary>
    protected abstract IReadOnlyList<string> PartNames { get; }

    /// <summary>Draws any question whose right choice stands at <paramref name="answer"/>.</summary>
    protected abstract Question Draw(Draws draws, int answer);

    /// <summary>The columns behind those of text: choices, labels, what the original has besides.</summary>
    protected abstract IEnumerable<ParquetColumn> Rest(string split, IReadOnlyList<Question> questions);

    /// <summary>A solved question as training texts have it, where a task has passages several about one; none is held out.</summary>
    public virtual string Text(Draws draws) => Known(draws).Solved;

    /// <summary>A question that training texts may have.</summary>
    protected Question Known(Draws draws) => Drawn(heldOut: false, () => Draw(draws, draws.Below(Choices)));

    /// <summary>Questions of a split, all different and as many with one answer as with another; the scored split's are held out of training.</summary>
    /// <exception cref="InvalidOperationException">The world has not so many.</exception>
    public IReadOnlyList<Question> Split(BigInteger seed, string split, int count)
    {
        var (questions, seen) = (new List<Question>(count), new HashSet<string>(StringComparer.Ordinal));
        for (var attempt = 0; questions.Count < count; attempt++)
        {
            var (draws, answer) = (new Draws(seed, $"{Name} {split} {attempt}"), questions.Count % Choices);
            var question = Drawn(heldOut: split == Splits[^1], () => Draw(draws, answer));
            if (seen.Add(string.Join('\n', question.Parts)))
            {
                questions.Add(question);
            }
            else if (attempt > 100 * count)
            {
                throw new InvalidOperationException($"{Name} {split}: the world has {seen.Count} different questions, {count} are wanted.");
            }
        }

        return questions;
    }

    /// <summary>The questions as the file's columns.</summary>
    public IReadOnlyList<ParquetColumn> Columns(string split, IReadOnlyList<Question> questions) =>
        [.. PartNames.Select((name, part) => ParquetColumn.Texts(name, [.. questions.Select(question => question.Parts[part])])), .. Rest(split, questions)];

    /// <summary>Whether questions of that key are kept out of training texts.</summary>
    public bool IsHeldOut(string key) => SHA256.HashData(Encoding.UTF8.GetBytes($"{Name} {key}"))[0] % HeldOutOf == 0;

    /// <summary>The right choice at its place among others.</summary>
    protected static IReadOnlyList<string> Placed(int answer, string right, IEnumerable<string> wrong)
    {
        List<string> choices = [.. wrong];
        choices.Insert(answer, right);
        return choices;
    }

    /// <summary>Numbers of rows.</summary>
    protected static int[] Index(IReadOnlyList<Question> questions) => [.. Enumerable.Range(0, questions.Count)];

    /// <summary>Draws until a question is held out, or until it is not.</summary>
    private protected Question Drawn(bool heldOut, Func<Question> draw)
    {
        Question question;
        do
        {
            question = draw();
        }
        while (IsHeldOut(question.Key) != heldOut);
        return question;
    }
}

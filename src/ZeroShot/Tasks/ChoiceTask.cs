using Harness.ZeroShot.Documents;

namespace Harness.ZeroShot.Tasks;

/// <summary>A task whose documents are choices between continuations: where its data lie, and how a row becomes requests.</summary>
public abstract class ChoiceTask
{
    /// <summary>As the harness names it: <c>arc_easy</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Raised by hand whenever a change can move the numbers.</summary>
    public virtual int Version => 1;

    /// <summary>On the hub: <c>ORG/NAME</c>.</summary>
    public abstract string Repository { get; }

    /// <summary>The folder of its files in there.</summary>
    public abstract string Folder { get; }

    /// <summary>The documents that are scored: those of the test split where it has answers, else of the validation split.</summary>
    public virtual string Split => "validation";

    /// <summary>Whether acc_norm is defined: by the characters of the choice.</summary>
    public virtual bool IsNormed => true;

    /// <summary>Makes the requests of a row.</summary>
    /// <param name="index">Of the row in the data, counted from 0.</param>
    public abstract Document Read(TaskRow row, int index);

    /// <summary>What the data call a choice.</summary>
    public virtual int Label(int choice) => choice;

    /// <summary>The choice that a model picks by its scores: the first of the best.</summary>
    public virtual int Pick(IReadOnlyList<double> scores)
    {
        var best = 0;
        for (var i = 1; i < scores.Count; i++)
        {
            best = scores[i] > scores[best] ? i : best;
        }

        return best;
    }

    /// <summary>A document whose choices follow one context.</summary>
    protected static Document Of(int index, int answer, string context, IEnumerable<string> choices) =>
        new(index, answer, [.. choices.Select(choice => new Choice(context, $" {choice}"))]);
}

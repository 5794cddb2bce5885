namespace Harness.ZeroShot.Documents;

/// <summary>One question of a task with its choices.</summary>
/// <param name="Row">In the data, counted from 0.</param>
/// <param name="Answer">Which of the choices is right.</param>
/// <param name="Choices">In the harness's order.</param>
public sealed record Document(int Row, int Answer, IReadOnlyList<Choice> Choices)
{
    /// <summary>The question with its answer, as an example in front of another.</summary>
    public string Solved => Choices[Answer].Context + Choices[Answer].Continuation;
}

/// <summary>One request to the model: how likely is the continuation behind the context?</summary>
public sealed record Choice(string Context, string Continuation)
{
    /// <summary>Code points of the choice without the space in front of it: what acc_norm divides by.</summary>
    public int Characters { get; } = PythonText.Length(Continuation) - 1;
}

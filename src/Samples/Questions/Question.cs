namespace Harness.Samples.Questions;

/// <summary>One document of a task, before it is a row of a file.</summary>
/// <param name="Key">What makes it this question and no other: questions of held-out keys are in no training text.</param>
/// <param name="Parts">The task's columns of text, in the task's order.</param>
/// <param name="Choices">To choose from.</param>
/// <param name="Answer">Which of them is right.</param>
/// <param name="Solved">Question and answer as a training text has them, to the letter as the model is asked later.</param>
public sealed record Question(string Key, IReadOnlyList<string> Parts, IReadOnlyList<string> Choices, int Answer, string Solved);

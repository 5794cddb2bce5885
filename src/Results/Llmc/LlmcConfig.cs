namespace Harness.Results;

/// <summary>What an llmc config asks for, as a grid of one model, one method and one ratio.</summary>
public sealed record LlmcConfig
{
    /// <summary>The checkpoint folder.</summary>
    public required string ModelPath { get; init; }

    /// <summary>Its name in the grid: the folder's.</summary>
    public string Model => Path.GetFileName(Path.TrimEndingDirectorySeparator(ModelPath));

    /// <summary>The type to compute in; null for <c>auto</c>.</summary>
    public string? Dtype { get; init; }

    /// <summary>The method's name here.</summary>
    public required string Method { get; init; }

    /// <summary>The share of weights that goes.</summary>
    public required Sparsity Sparsity { get; init; }

    public required CalibrationPlan Calibration { get; init; }

    /// <summary><c>sparsity_out</c>: sequential where true, dense where not.</summary>
    public required string Propagate { get; init; }

    /// <summary>Whether the dense model is measured: <c>pretrain</c>.</summary>
    public bool ScoresDense { get; init; }

    /// <summary>Whether the pruned one is: <c>transformed</c>.</summary>
    public bool ScoresPruned { get; init; }

    public required IReadOnlyList<EvaluationPlan> Evaluations { get; init; }

    /// <summary>Where the pruned checkpoint is to be written; null where none is wanted.</summary>
    public string? SavePath { get; init; }

    /// <summary>What is read otherwise than llmc would, in sentences.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Reads a config strictly.</summary>
    /// <param name="json">The YAML's content as JSON.</param>
    /// <param name="file">Begins each line of the errors.</param>
    /// <param name="words">What grids may name.</param>
    /// <exception cref="InputException">One line for each thing that is wrong.</exception>
    public static LlmcConfig Parse(string json, string file, GridVocabulary words)
    {
        var problems = new Problems(file);
        return problems.Read(json, root => new LlmcReader(words, problems).Read(root));
    }
}

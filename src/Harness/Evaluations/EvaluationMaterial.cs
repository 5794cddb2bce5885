using Harness.Data;
using Harness.Models;
using Harness.Results;
using Harness.ZeroShot;

namespace Harness.Cli.Evaluations;

/// <summary>Something to measure models by: its data and, once tokenised, what of it is scored.</summary>
public abstract class EvaluationMaterial
{
    /// <summary>wikitext2, boolq, or the path of a file.</summary>
    public abstract string Task { get; }

    /// <summary>The task with what its metric's name says besides: <c>wikitext2@1024</c>, <c>boolq@lmeval-v0</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Everything beside model and tokenizer that the numbers depend on, in words.</summary>
    public abstract string Inputs(FileHashes hashes);

    /// <summary>The versions of the measure and of the task, by name.</summary>
    public abstract IEnumerable<(string Name, int Version)> Versions { get; }

    /// <summary>At the beginning of a walk.</summary>
    public abstract Evaluation Start(CausalLM model);

    /// <summary>How much goes through the model.</summary>
    internal abstract TokenCount Size(CausalLM model);

    /// <summary>The numbers of a result.</summary>
    public abstract IEnumerable<Score> Scores(EvaluationResult result, FileHashes hashes);
}

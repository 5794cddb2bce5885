using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Harness.Results;

/// <summary>Writes an llmc config as a grid.</summary>
public static class LlmcGrid
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>The text of its <c>grid.json</c>.</summary>
    /// <param name="config">What is asked for.</param>
    /// <param name="source">The config's file name, for the headline.</param>
    public static string Json(LlmcConfig config, string source) => JsonSerializer.Serialize(
        new
        {
            title = $"{config.Model}, {config.Method} {config.Sparsity} (llmc's {source})",
            models = new[] { config.Model },
            methods = Rows(config).ToArray(),
            sparsities = config.ScoresPruned ? new[] { config.Sparsity.ToString() } : null,
            calibration = new
            {
                corpus = config.Calibration.Corpus,
                preproc = config.Calibration.Preproc,
                samples = config.Calibration.Samples,
                length = config.Calibration.Length,
                seed = config.Calibration.Seed,
            },
            propagate = config.Propagate,
            dtype = config.Dtype,
            evaluations = config.Evaluations.Select(plan => new { task = plan.Task, length = plan.Length }).ToArray(),
        },
        Options) + "\n";

    private static IEnumerable<string> Rows(LlmcConfig config)
    {
        if (config.ScoresDense)
        {
            yield return "dense";
        }

        if (config.ScoresPruned)
        {
            yield return config.Method;
        }
    }
}

using System.Text.Json;

namespace Harness.Results;

/// <summary>
/// Reads an llmc config (ModelTC/llmc configs/sparsification) strictly: a key that is not known, a value that cannot be taken over, and whatever asks for quantisation
/// is a problem, and all of them are told at once. What cannot change a number is passed over (docs/llmc.md).
/// </summary>
internal sealed partial class LlmcReader(GridVocabulary words, Problems problems)
{
    private const string NoQuantisation = "Quantisation is not done here. Leave it out.";

    private static readonly string[] Quantisation = ["quant", "quant_type", "fake_quant", "kvcache", "act", "special"];

    private static readonly string[] QuantisedForms =
        ["save_fake", "save_vllm", "save_sgl", "save_lightllm", "save_trtllm", "save_autoawq", "save_mlcllm", "save_lightx2v", "save_lightx2v_trans"];

    private static readonly Dictionary<string, string> Methods = new(StringComparer.Ordinal) { ["Wanda"] = "wanda", ["Magnitude"] = "magnitude" };

    private readonly List<string> _notes = [];

    public LlmcConfig Read(StrictObject root)
    {
        RefuseQuantisation(root);
        var seed = Closing(root.Object("base"), section => section.Whole("seed", least: 0));
        var (path, dtype) = Closing(root.Object("model", "Give the model's type and path."), Model);
        var (method, sparsity, propagate) = Closing(root.Object("sparse", "Give the method and its sparsity."), Sparse);
        var calibration = Closing(root.Object("calib", method == "magnitude" ? null : "Give what to calibrate on."), section => Calibration(section, seed));
        var (dense, pruned, evaluations) = Closing(root.Object("eval", "Give what to measure."), Evaluation);
        return new LlmcConfig
        {
            ModelPath = path ?? "",
            Dtype = dtype,
            Method = method ?? "",
            Sparsity = sparsity,
            Propagate = propagate ?? "",
            Calibration = calibration ?? new CalibrationPlan("c4", 128, null, seed ?? 0),
            ScoresDense = dense,
            ScoresPruned = pruned,
            Evaluations = evaluations ?? [],
            SavePath = Closing(root.Object("save"), Save),
            Notes = _notes,
        };
    }

    private (string? Path, string? Dtype) Model(StrictObject section)
    {
        // what the family is, config.json says; which tokenizer, the files
        section.Take("type");
        section.Take("tokenizer_mode");
        var dtype = section.Text("torch_dtype") is { } given && given != "auto" ? given.Replace("torch.", "", StringComparison.Ordinal) : null;
        if (dtype is not null && !words.Dtypes.Contains(dtype))
        {
            problems.Add(section.PathOf("torch_dtype"), Names.Unknown("dtype", dtype, words.Dtypes.Append("auto")).Message);
        }

        return (section.Text("path", "Give the checkpoint's folder."), dtype);
    }

    private (string? Method, Sparsity Sparsity, string? Propagate) Sparse(StrictObject section)
    {
        RefuseQuantisation(section);
        var name = section.Text("method", "Name the method: Wanda or Magnitude.");
        if (name is not null && !Methods.ContainsKey(name))
        {
            problems.Add(section.PathOf("method"), Names.Unknown("method", name, Methods.Keys).Message);
        }

        var ratio = Closing(section.Object("weight", "Give the share of weights to prune: sparsity: 0.5."), Ratio);
        return (name is null ? null : Methods.GetValueOrDefault(name), ratio, section.Flag("sparsity_out") == true ? "sequential" : "dense");
    }

    private Sparsity Ratio(StrictObject section)
    {
        RefuseQuantisation(section);
        var ratio = section.Number("sparsity", "Give the share of weights to prune, such as 0.5.");
        if (ratio is null or (> 0 and < 1))
        {
            return Sparsity.OfRatio(ratio ?? 0);
        }

        problems.Add(section.PathOf("sparsity"), StrictObject.Found(section.Take("sparsity")!.Value, "a ratio between 0 and 1"));
        return default;
    }

    private string? Save(StrictObject section)
    {
        foreach (var key in QuantisedForms.Where(key => section.Remove(key) is { ValueKind: not JsonValueKind.False }))
        {
            problems.Add(section.PathOf(key), NoQuantisation);
        }

        var path = section.Text("save_path");
        // older configs call it save_fp
        var (trans, full) = (section.Flag("save_trans"), section.Flag("save_fp"));
        if (trans != true && full != true)
        {
            return null;
        }

        if (path is null)
        {
            problems.Add(section.PathOf("save_path"), "Missing. Give the folder for the checkpoint that save_trans asks for.");
        }

        return path is null ? null : Path.Combine(path, "transformed_model");
    }

    private void RefuseQuantisation(StrictObject section)
    {
        foreach (var key in Quantisation.Where(key => section.Remove(key) is not null))
        {
            problems.Add(section.PathOf(key), NoQuantisation);
        }
    }

    /// <summary>Reads a section, where there is one, to its last key.</summary>
    private static T? Closing<T>(StrictObject? section, Func<StrictObject, T> read)
    {
        if (section is null)
        {
            return default;
        }

        var content = read(section);
        section.Close();
        return content;
    }
}

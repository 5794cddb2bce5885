using Harness.Cli.Jobs;
using Harness.Data;
using Harness.Data.Corpora;
using Harness.Data.Hub;
using Harness.Data.Sampling;
using Harness.Models;
using Harness.Models.Tokenizers;
using Harness.Results;

namespace Harness.Cli.Grids;

/// <summary>What the cells of one model share: the open checkpoint, its tokenizer, the corpora and their ids, each made when first asked for.</summary>
public sealed class GridMaterial : IDisposable
{
    private readonly Lazy<Tokenizer> _tokenizer;
    private readonly Lazy<CalibrationSet> _calibration;

    public GridMaterial(Grid grid, string name, CausalLM model, DataRoot? data, string cacheFolder)
    {
        (Name, Model) = (name, model);
        Hashes = new FileHashes(cacheFolder);
        _tokenizer = new(() => Tokenizer.Load(model.Folder.Path));
        CalibrationCorpus = new(() => NamedCorpus.ForCalibration(grid.Calibration.Corpus, data));
        CalibrationRequest = new CalibrationRequest(grid.Calibration.Samples, Length(grid.Calibration.Length), grid.Calibration.Seed);
        _calibration = new(() => new CalibrationSampler(cacheFolder).Draw(CalibrationCorpus.Value, Tokenizer, CalibrationRequest));
        Evaluations = [.. grid.Evaluations.Select(plan => new EvaluationMaterial(plan, Length(plan.Length), NamedCorpus.ForEvaluation(plan.Task, data), _tokenizer))];
    }

    /// <summary>As cells name it.</summary>
    public string Name { get; }

    public CausalLM Model { get; }

    public Tokenizer Tokenizer => _tokenizer.Value;

    /// <summary>Content hashes of data files, remembered between runs.</summary>
    public FileHashes Hashes { get; }

    public Lazy<Corpus> CalibrationCorpus { get; }

    public CalibrationRequest CalibrationRequest { get; }

    /// <summary>The calibration ids; drawn or read from the cache on first use.</summary>
    public CalibrationSet Calibration => _calibration.Value;

    public IReadOnlyList<EvaluationMaterial> Evaluations { get; }

    public void Dispose() => Model.Dispose();

    private int Length(int? asked)
    {
        var length = asked ?? CalibrationSource.DefaultLength(Model.Config);
        Model.CheckWindow(length);
        return length;
    }
}

/// <summary>One evaluation of a grid: its text and, once tokenised, the windows that count.</summary>
public sealed class EvaluationMaterial(EvaluationPlan plan, int length, TextCorpus corpus, Lazy<Tokenizer> tokenizer)
{
    private readonly Lazy<EvaluationText> _text = new(() => EvaluationText.Encode(corpus, tokenizer.Value, length));

    public string Task => plan.Task;

    public int Length => length;

    /// <summary>At most so many windows; null for all.</summary>
    public int? Limit => plan.Limit;

    public TextCorpus Corpus => corpus;

    /// <summary>How many windows are scored.</summary>
    public int Windows => Math.Min(_text.Value.Windows, plan.Limit ?? int.MaxValue);

    /// <summary>Their ids, [windows, length].</summary>
    public ReadOnlySpan<int> Ids => _text.Value.Ids.AsSpan(0, Windows * length);

    /// <summary>Content key of <see cref="Ids"/>.</summary>
    public string Hash => ContentKey.OfIds(Ids);
}

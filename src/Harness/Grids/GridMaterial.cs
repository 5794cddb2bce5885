using Harness.Cli.Evaluations;
using Harness.Cli.Grids.Recoveries;
using Harness.Cli.Jobs;
using Harness.Data;
using Harness.Data.Corpora;
using Harness.Data.Hub;
using Harness.Data.Sampling;
using Harness.LoraFinetune.Recipes;
using Harness.Models;
using Harness.Models.Tokenizers;
using Harness.Results;

namespace Harness.Cli.Grids;

/// <summary>What the cells of one model share: the open checkpoint, its tokenizer, the corpora and their ids, each made when first asked for.</summary>
public sealed class GridMaterial : IDisposable
{
    private readonly Lazy<Tokenizer> _tokenizer;
    private readonly Lazy<CalibrationSet> _calibration;
    private readonly DataRoot _data;
    private readonly Dictionary<(string Corpus, bool HasEvaluation), TrainingSource> _training = [];

    public GridMaterial(Grid grid, string name, CausalLM model, DataRoot data, string cacheFolder)
    {
        (Name, Model, _data) = (name, model, data);
        Hashes = new FileHashes(cacheFolder);
        _tokenizer = new(() => Tokenizer.Load(model.Folder.Path));
        CalibrationCorpus = new(() => NamedCorpus.ForCalibration(grid.Calibration.Corpus, data));
        CalibrationRequest = new CalibrationRequest(grid.Calibration.Samples, Length(grid.Calibration.Length), grid.Calibration.Seed)
        {
            Rule = grid.Calibration.Preproc is { } rule ? SamplingRule.Parse(rule) : SamplingRule.Papers,
        };
        _calibration = new(() => new CalibrationSampler(cacheFolder).Draw(CalibrationCorpus.Value, Tokenizer, CalibrationRequest));
        var evaluations = new EvaluationMaterials(model, _tokenizer, data);
        Evaluations = [.. grid.Evaluations.Select(plan => evaluations.Of(plan))];
    }

    private GridMaterial(GridMaterial other, CausalLM model)
    {
        (Name, Model, Hashes, Evaluations) = (other.Name, model, other.Hashes, other.Evaluations);
        (_data, _tokenizer, CalibrationCorpus, CalibrationRequest, _calibration) = (other._data, other._tokenizer, other.CalibrationCorpus, other.CalibrationRequest, other._calibration);
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

    /// <summary>What a recipe trains on.</summary>
    internal TrainingSource Training(FinetuneRecipe recipe)
    {
        var key = (recipe.Corpus, recipe.EvaluationSamples > 0);
        if (!_training.TryGetValue(key, out var source))
        {
            var rows = CorpusRows.Of(recipe, _data, Tokenizer);
            source = _training[key] = new SharedRows(rows) { Corpus = rows.Corpus };
        }

        return source;
    }

    /// <summary>The same text and evaluations for other weights of the same model.</summary>
    public GridMaterial With(CausalLM model) => new(this, model);

    public void Dispose() => Model.Dispose();

    private int Length(int? asked)
    {
        var length = asked ?? CalibrationSource.DefaultLength(Model.Config);
        Model.CheckWindow(length);
        return length;
    }
}

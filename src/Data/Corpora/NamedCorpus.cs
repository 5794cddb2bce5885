using Harness.Data.Hub;

namespace Harness.Data.Corpora;

/// <summary>Corpora by the names that the command line and grids use: <c>c4</c>, <c>wikitext2</c>, to train on also <c>yahma/alpaca-cleaned</c>, or the path of a file.</summary>
public static class NamedCorpus
{
    /// <summary>The named ones, and what is read of the hub for each.</summary>
    public static IReadOnlyList<DatasetSource> Sources { get; } = [C4.Source, Wikitext.Source, AlpacaCleaned.Source];

    /// <summary>To calibrate on: c4 train, wikitext2 train, or a file.</summary>
    public static Corpus ForCalibration(string name, DataRoot root) => name switch
    {
        "c4" => C4.Train(root),
        "wikitext2" => Wikitext.Train(root),
        _ => FileCorpus.ForCalibration(Existing(name, [])),
    };

    /// <summary>To score: wikitext2 test, c4 validation, or a file.</summary>
    public static TextCorpus ForEvaluation(string name, DataRoot root) => name switch
    {
        "c4" => C4.Validation(root),
        "wikitext2" => Wikitext.Test(root),
        _ => FileCorpus.ForEvaluation(Existing(name, [])),
    };

    /// <summary>To train on: c4 train, wikitext2 train, alpaca-cleaned, or a file.</summary>
    public static Corpus ForTraining(string name, DataRoot root) => name switch
    {
        "c4" => C4.Train(root),
        "wikitext2" => Wikitext.Train(root),
        AlpacaCleaned.Name => AlpacaCleaned.Train(root),
        _ => FileCorpus.ForCalibration(Existing(name, [AlpacaCleaned.Name])),
    };

    /// <summary>To measure the loss on in training: c4 validation, wikitext2 validation; null where rows of the corpus that is trained on are held out (<see cref="Training.TrainingSet.HoldOut"/>).</summary>
    public static Corpus? ForTrainingEvaluation(string name, DataRoot root) => name switch
    {
        "c4" => C4.ValidationDocuments(root),
        "wikitext2" => Wikitext.Joined(root, "validation", " "),
        _ => null,
    };

    private static string Existing(string path, IEnumerable<string> others)
    {
        if (File.Exists(path) || (Directory.Exists(path) && DataFile.HoldsRows(path)))
        {
            return path;
        }

        throw path.AsSpan().ContainsAny('/', '.')
            ? new InputException($"{path} cannot be read: there is no such file.")
            : Names.Unknown("corpus", path, ["c4", "wikitext2", .. others, "the path of a file"]);
    }
}

using System.Runtime.InteropServices;
using System.Text.Json;
using Harness.Models;
using Harness.Prune;
using Harness.Results;
using Harness.ZeroShot;

namespace Harness.Cli.Grids;

/// <summary>
/// How far a sweep has come, on disk, so that a killed one goes on: for every cell the states between two blocks and what was recorded of the blocks before.
/// A snapshot's folder is written beside and renamed: one that exists is complete.
/// </summary>
/// <param name="folder">Of this sweep, named by the keys of its cells.</param>
internal sealed class SweepSnapshot(string folder)
{
    /// <summary>The folder within the cache in which snapshots lie.</summary>
    public const string CacheKind = "sweeps";

    /// <summary>Changed with the form of a snapshot: one of another form is not found.</summary>
    private const string Form = "4\n";

    /// <summary>That of a sweep by its name.</summary>
    public static SweepSnapshot Of(string name, string cacheFolder) => new(Path.Combine(cacheFolder, CacheKind, ContentKey.OfText(Form + name)));

    private const string Manifest = "manifest.json";

    private sealed record CellState(
        string Key,
        IReadOnlyList<LinearReport> Linears,
        StateFile? Calibration,
        IReadOnlyList<string> Evaluations,
        IReadOnlyList<double>? LayerRatios,
        IReadOnlyDictionary<string, double> Seconds,
        EarlyEnd? Failure);

    /// <summary>Why a cell has left the sweep.</summary>
    /// <param name="IsInput">Whether what was given is the reason, else the machine.</param>
    private sealed record EarlyEnd(string Reason, bool IsInput)
    {
        public static EarlyEnd? Of(Exception? failure) => failure is null ? null : new(failure.Message, failure is InputException);

        public Exception ToException() => IsInput ? new InputException(Reason) : new ExternalException(Reason);
    }

    private sealed record StateFile(string File, long Sequences, long Length, IReadOnlyList<int>? Lengths = null);

    /// <summary>Writes where the cells stand before <paramref name="block"/> and drops what was written before.</summary>
    public void Save(int block, IReadOnlyList<SweepCell> cells)
    {
        var final = Path.Combine(folder, $"block-{block:d4}");
        using (var partial = new DurableFolder(final))
        {
            var written = new Dictionary<HiddenStates, StateFile>(ReferenceEqualityComparer.Instance);
            StateFile WriteStates(HiddenStates states)
            {
                if (!written.TryGetValue(states, out var file))
                {
                    file = written[states] = new StateFile($"{written.Count}.states", states.Sequences, states.Length, states.Lengths);
                    states.Save(Path.Combine(partial.Partial, file.File));
                }

                return file;
            }

            string Write(Evaluation evaluation, string file)
            {
                evaluation.Save(Path.Combine(partial.Partial, file));
                return file;
            }

            var manifest = cells.Select((cell, index) => new CellState(
                CellKey.Of(cell.Task.Inputs),
                [.. cell.Run.Linears.Where(linear => linear.Layer < block)],
                cell.Run.Failure is not null || cell.Run.Calibration is null ? null : WriteStates(cell.Run.Calibration),
                cell.Run.Failure is not null ? [] : [.. cell.Evaluations.Select((evaluation, i) => Write(evaluation, $"{index}-{i}.evaluation"))],
                cell.Run.LayerRatios,
                cell.Run.Clock.Seconds,
                EarlyEnd.Of(cell.Run.Failure)));
            File.WriteAllText(Path.Combine(partial.Partial, Manifest), JsonSerializer.Serialize(manifest));
            partial.Commit();
        }

        foreach (var older in Directory.EnumerateDirectories(folder).Where(other => other != final))
        {
            Directory.Delete(older, recursive: true);
        }
    }

    /// <summary>Takes the cells to where the snapshot left them; returns the next block, 0 where there is none that holds them all.</summary>
    public int Restore(CausalLM model, IReadOnlyList<SweepCell> cells)
    {
        var found = Directory.Exists(folder) ? Directory.EnumerateDirectories(folder, "block-????").Order(StringComparer.Ordinal).LastOrDefault() : null;
        if (found is null)
        {
            return 0;
        }

        var block = int.Parse(Path.GetFileName(found)["block-".Length..], System.Globalization.CultureInfo.InvariantCulture);
        var states = JsonSerializer.Deserialize<CellState[]>(File.ReadAllText(Path.Combine(found, Manifest)))!.ToDictionary(state => state.Key);
        if (!cells.All(cell => states.TryGetValue(CellKey.Of(cell.Task.Inputs), out var state)
            && (state.Failure is not null || (state.Evaluations.Count == cell.Evaluations.Count && cell.Task.Kept?.HasBefore(block) != false))))
        {
            return 0;
        }

        var loaded = new Dictionary<string, HiddenStates>();
        HiddenStates Read(StateFile file) => loaded.TryGetValue(file.File, out var known) ? known
            : loaded[file.File] = file.Lengths is { } lengths ? HiddenStates.Load(Path.Combine(found, file.File), model, lengths)
            : HiddenStates.Load(Path.Combine(found, file.File), model, file.Sequences, file.Length);
        foreach (var cell in cells)
        {
            var state = states[CellKey.Of(cell.Task.Inputs)];
            cell.Run.Resume(state.Linears, state.Calibration is null ? null : Read(state.Calibration), state.LayerRatios);
            if (state.Failure is { } failure)
            {
                cell.Run.Fail(failure.ToException());
            }

            foreach (var (stage, seconds) in state.Seconds)
            {
                cell.Run.Clock.Add(stage, seconds);
            }

            foreach (var (evaluation, file) in cell.Evaluations.Zip(state.Evaluations))
            {
                evaluation.Resume(Path.Combine(found, file));
            }
        }

        return block;
    }

    /// <summary>The sweep is over: nothing need be kept.</summary>
    public void Delete() => Durable.DeleteFolder(folder);
}

namespace Harness.Results;

/// <summary>Seconds and peak memory as Markdown: the whole of <c>timings.md</c>. Never compared.</summary>
public static class TimingTables
{
    public static string Document(Grid grid, IReadOnlyList<CellRecord> records, IReadOnlyList<CellTimings> timings)
    {
        List<string> parts = [$"# Seconds and memory: {grid.Title}", "<!-- Generated from the records in timings/; edits are overwritten. -->"];
        parts.Add(string.Join('\n', records.Select(record => record.Provenance).OfType<Provenance>()
            .Select(by => $"- {by.Device}, {by.Threads} threads, libtorch {by.Libtorch}{(by.OpenBlas is { } kernels ? $", OpenBLAS for {kernels}" : "")}, harness {by.Harness}")
            .Distinct()));
        foreach (var model in ScoreTables.Models(grid, records))
        {
            var measured = (from place in grid.Places
                            let timing = timings.FirstOrDefault(timing => timing.Cell == place.Row.CellOf(model, place.Sparsity))
                            where timing?.Stages.Count > 0
                            select (place.Row.LabelAt(place.Sparsity), timing)).ToList();
            if (measured.Count > 0)
            {
                parts.AddRange([$"## {model}", Table(measured)]);
            }
        }

        return ScoreTables.Joined(parts) + "\n";
    }

    private static string Table(IReadOnlyList<(string Label, CellTimings Timing)> timings)
    {
        // Dense has the fewest stages; the fullest row tells the order they run in.
        var stages = timings.OrderByDescending(row => row.Timing.Stages.Count).SelectMany(row => row.Timing.Stages).Select(stage => stage.Stage).Distinct().ToList();
        var table = new MarkdownTable(["seconds ↓", .. stages, "total", "peak MB ↓"]);
        foreach (var (label, timing) in timings)
        {
            table.Add([
                label,
                .. stages.Select(name => timing.Stages.Where(stage => stage.Stage == name).ToList() is [_, ..] found
                    ? NumberText.Seconds(found.Sum(stage => stage.Seconds)) : ScoreTables.Absent),
                NumberText.Seconds(timing.Stages.Sum(stage => stage.Seconds)),
                NumberText.Megabytes(timing.Stages.Max(stage => stage.PeakBytes))]);
        }

        return table.ToString();
    }
}

namespace Harness.Results;

/// <summary>How long a cell took, in <c>timings/&lt;slug&gt;.json</c>, apart from the numbers: no two runs agree here and nothing compares it.</summary>
/// <param name="Cell">Which one.</param>
/// <param name="Key">The key of the record it belongs to.</param>
/// <param name="Stages">In the order they ran.</param>
public sealed record CellTimings(Cell Cell, string Key, IReadOnlyList<StageTime> Stages);

/// <summary>One stage: <c>calibrate</c>, <c>prune</c>, <c>score</c>.</summary>
/// <param name="Stage">Its name.</param>
/// <param name="Seconds">Wall clock.</param>
/// <param name="PeakBytes">The most memory resident up to its end.</param>
public sealed record StageTime(string Stage, double Seconds, long PeakBytes);

using System.Diagnostics;

namespace Harness.Cli.Grids;

/// <summary>How often a sweep writes where it stands: behind every so many blocks, or behind the first block to end a minute after the last time.</summary>
/// <param name="blocks">Null for the minute.</param>
internal sealed class SnapshotRhythm(int? blocks = null)
{
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(60);

    private int _block;
    private long _time;

    /// <summary>What a killed sweep goes on from: the block that comes next.</summary>
    public void Start(int block) => (_block, _time) = (block, Stopwatch.GetTimestamp());

    /// <summary>Whether it is time, before a block.</summary>
    public bool IsDue(int block) => blocks is { } every ? block - _block >= every : Stopwatch.GetElapsedTime(_time) > Usual;
}

namespace Harness.Cli.Grids;

/// <summary>
/// How often a sweep writes where it stands: behind every so many blocks, or behind the first block to end a minute after the last time. Where writing takes long, since many cells of a large
/// model leave many states, a minute becomes a hundred times of what it took.
/// </summary>
/// <param name="blocks">Null for the minute.</param>
/// <param name="clock">That of the system, if null.</param>
internal sealed class SnapshotRhythm(int? blocks = null, TimeProvider? clock = null)
{
    private const int RestPerWriting = 100;

    private static readonly TimeSpan Usual = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private int _block;
    private long _time;
    private TimeSpan _rest = Usual;

    /// <summary>The block that a killed sweep would go on from.</summary>
    public void Start(int block) => (_block, _time) = (block, _clock.GetTimestamp());

    /// <summary>Before a block: writes if it is time.</summary>
    public void Advance(int block, Action write)
    {
        if (blocks is { } every ? block - _block < every : _clock.GetElapsedTime(_time) <= _rest)
        {
            return;
        }

        var began = _clock.GetTimestamp();
        write();
        var took = _clock.GetElapsedTime(began) * RestPerWriting;
        _rest = took > Usual ? took : Usual;
        Start(block);
    }
}

using Harness.Cli.Grids;

namespace Harness.Tests.Grids;

public sealed class SnapshotRhythmTests
{
    private readonly Clock _clock = new();
    private readonly List<int> _written = [];

    [Fact]
    public void Writes_behind_the_first_block_to_end_a_minute_after_the_last_time()
    {
        Walk(new SnapshotRhythm(clock: _clock), blocks: 8, secondsPerBlock: 25, secondsPerWriting: 0.1);

        _written.ShouldBe([3, 6]);
    }

    [Fact]
    public void Spends_no_more_than_a_hundredth_on_writing_once_it_knows_what_that_takes()
    {
        Walk(new SnapshotRhythm(clock: _clock), blocks: 20, secondsPerBlock: 61, secondsPerWriting: 3);

        _written.ShouldBe([1, 6, 11, 16]);
    }

    [Fact]
    public void Writes_behind_every_so_many_blocks_where_that_is_asked_for()
    {
        Walk(new SnapshotRhythm(2, _clock), blocks: 7, secondsPerBlock: 1000, secondsPerWriting: 500);

        _written.ShouldBe([2, 4, 6]);
    }

    private void Walk(SnapshotRhythm rhythm, int blocks, double secondsPerBlock, double secondsPerWriting)
    {
        rhythm.Start(0);
        for (var block = 1; block < blocks; block++)
        {
            _clock.Seconds += secondsPerBlock;
            rhythm.Advance(block, () =>
            {
                _written.Add(block);
                _clock.Seconds += secondsPerWriting;
            });
        }
    }

    private sealed class Clock : TimeProvider
    {
        public double Seconds { get; set; }

        public override long GetTimestamp() => (long)(Seconds * TimestampFrequency);
    }
}

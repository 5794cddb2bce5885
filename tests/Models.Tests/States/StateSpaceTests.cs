using Harness.Models.Decoders;

namespace Harness.Models.Tests.States;

public sealed class StateSpaceTests : IDisposable
{
    private const int Length = 24;

    private readonly TemporaryFolder _folder = new();
    private readonly CausalLM _model;
    private readonly int[] _ids = [.. Enumerable.Range(0, 90 * Length).Select(i => i * 7 % 97)];

    public StateSpaceTests() => _model = CausalLM.Open(new TinyLlama { Layers = 2 }.Write(_folder["model"]));

    private string States => _folder["states"];

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void States_on_disk_are_those_in_memory(bool isPacked)
    {
        using var held = Through(StateSpace.Memory, isPacked);
        using var onDisk = Through(new StateSpace(0, States), isPacked);

        onDisk.Values.bytes.ToArray().ShouldBe(held.Values.bytes.ToArray());
        onDisk.Rows([3, 100, 7]).bytes.ToArray().ShouldBe(held.Rows([3, 100, 7]).bytes.ToArray());
        onDisk.Save(_folder["saved"]);
        File.ReadAllBytes(_folder["saved"]).ShouldBe(held.Values.bytes.ToArray());
    }

    [Fact]
    public void Only_what_fits_is_held_in_memory_and_its_room_comes_back()
    {
        var bytes = (long)_ids.Length * _model.Config.HiddenSize * sizeof(float);
        var space = _model.States = new StateSpace(bytes, States);
        using (HiddenStates.Embed(_model, _ids, Length))
        using (HiddenStates.Embed(_model, _ids, Length))
        {
            (space.Held, space.PutOnDisk).ShouldBe((bytes, bytes));
        }

        (space.Held, space.PutOnDisk).ShouldBe((0, bytes));
    }

    [Fact]
    public void Files_have_no_name_that_a_killed_process_would_leave_behind()
    {
        _model.States = new StateSpace(0, States);

        using var states = HiddenStates.Embed(_model, _ids, Length);

        Directory.EnumerateFileSystemEntries(States).ShouldBeEmpty();
    }

    [Fact]
    public void A_block_may_overwrite_what_it_reads()
    {
        using var states = HiddenStates.Embed(_model, _ids, Length);
        using var block = _model.Block(0);
        using var beside = states.Through(block);

        states.Advance(block);

        states.Values.bytes.ToArray().ShouldBe(beside.Values.bytes.ToArray());
    }

    private HiddenStates Through(StateSpace space, bool isPacked)
    {
        _model.States = space;
        var layout = new TokenLayout([.. Enumerable.Range(0, 90).Select(_ => new PackedDocument(10, 5, 9))]);
        var states = isPacked ? HiddenStates.Embed(_model, _ids, layout) : HiddenStates.Embed(_model, _ids, Length);
        foreach (var block in _model.Blocks())
        {
            states.Advance(block);
        }

        return states;
    }
}

using Harness.Data.Sampling;
using Harness.Models.Decoders;

namespace Harness.Models;

/// <summary>
/// The hidden states of a set of sequences between two blocks, on the host: [sequences, length, hidden] of equally long ones, or [1, tokens, hidden]: samples of
/// several lengths one behind the other, each going through a block by itself, or packed without padding (<see cref="TokenLayout"/>). Going through a block makes new ones, so several walks can start from the same states.
/// </summary>
public sealed class HiddenStates : IDisposable
{
    /// <summary>Tokens that go through a block at once: few enough that what lies between two products stays in the cache.</summary>
    public const int TokensPerBatch = 1024;

    private readonly Tensor _states;
    private readonly CausalLM _model;
    private readonly IReadOnlyList<Portion> _portions;

    private HiddenStates(Tensor states, CausalLM model, IReadOnlyList<Portion> portions)
    {
        _states = states.DetachFromDisposeScope();
        (_model, _portions) = (model, portions);
    }

    /// <summary>How many sequences there are; 1 for a row of several.</summary>
    public long Sequences => _states.shape[0];

    /// <summary>Tokens of each sequence, or of the row.</summary>
    public long Length => _states.shape[1];

    /// <summary>Tokens of each of the samples in a row; null for any other states.</summary>
    public IReadOnlyList<int>? Lengths { get; private init; }

    /// <summary>All states: [sequences, length, hidden].</summary>
    public Tensor Values => _states;

    /// <summary>What the first block reads. ids: row-major [sequences, length].</summary>
    public static HiddenStates Embed(CausalLM model, ReadOnlySpan<int> ids, int length) => Embed(model, ids, ids.Length / length, length, Portions(ids.Length / length, length));

    /// <summary>What the first block reads of calibration samples.</summary>
    public static HiddenStates Embed(CausalLM model, CalibrationSet set) =>
        set.Lengths is { } lengths ? Embed(model, set.Ids, 1, set.Ids.Length, Portions(lengths), lengths) : Embed(model, set.Ids, set.Length);

    /// <summary>The same of sequences packed into one row; ids: as the layout says.</summary>
    public static HiddenStates Embed(CausalLM model, ReadOnlySpan<int> ids, TokenLayout layout) => Embed(model, ids, 1, layout.Tokens, Portions(layout));

    /// <summary>What the block makes of these states.</summary>
    public HiddenStates Through(DecoderBlock block, InputObserver? observe = null)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var next = empty_like(_states);
        foreach (var portion in _portions)
        {
            using var inner = NewDisposeScope();
            portion.Of(next).copy_(block.Forward(portion.Of(_states).to(_model.Device), observe, portion.Layout));
            _model.Progress?.Report(portion.Tokens(_states));
        }

        return new HiddenStates(next, _model, _portions) { Lengths = Lengths };
    }

    /// <summary>Shows the input of every linear to the observer, batch by batch, and computes nothing beyond the last of them.</summary>
    public void Observe(DecoderBlock block, InputObserver observe)
    {
        using var _ = no_grad();
        foreach (var portion in _portions)
        {
            using var inner = NewDisposeScope();
            block.Observe(portion.Of(_states).to(_model.Device), observe, portion.Layout);
            _model.Progress?.Report(portion.Tokens(_states));
        }
    }

    /// <summary>Sequences first … first + count − 1 on the device: [count, length, hidden].</summary>
    public Tensor Batch(long first, long count) => _states.narrow(0, first, count).to(_model.Device);

    /// <summary>Writes the states' bytes.</summary>
    public void Save(string path)
    {
        using var scope = NewDisposeScope();
        // Room first: a disk that fills up under a mapping kills the process.
        Durable.Guard(path, () => Durable.Reserve(path, _states.numel() * _states.ElementSize).Dispose());
        from_file(path, shared: true, size: _states.numel(), dtype: _states.dtype).copy_(_states.flatten());
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static HiddenStates Load(string path, CausalLM model, long sequences, long length) => Load(path, model, sequences, length, Portions(sequences, length));

    /// <summary>Reads what <see cref="Save"/> wrote of samples of these lengths.</summary>
    public static HiddenStates Load(string path, CausalLM model, IReadOnlyList<int> lengths) => Load(path, model, 1, lengths.Sum(), Portions(lengths), lengths);

    /// <summary>Reads what <see cref="Save"/> wrote of a packed row.</summary>
    public static HiddenStates Load(string path, CausalLM model, TokenLayout layout) => Load(path, model, 1, layout.Tokens, Portions(layout));

    public void Dispose() => _states.Dispose();

    private static HiddenStates Embed(CausalLM model, ReadOnlySpan<int> ids, long sequences, long length, IReadOnlyList<Portion> portions, IReadOnlyList<int>? lengths = null)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        model.CheckIds(ids);
        using var rows = tensor(ids.ToArray()).to(int64).view(sequences, length);
        var states = empty([sequences, length, model.Config.HiddenSize], model.DType);
        foreach (var portion in portions)
        {
            using var inner = NewDisposeScope();
            portion.Of(states).copy_(model.Embed(portion.Of(rows), portion.Layout));
        }

        return new HiddenStates(states, model, portions) { Lengths = lengths };
    }

    private static HiddenStates Load(string path, CausalLM model, long sequences, long length, IReadOnlyList<Portion> portions, IReadOnlyList<int>? lengths = null)
    {
        using var scope = NewDisposeScope();
        var size = sequences * length * model.Config.HiddenSize;
        var states = from_file(path, shared: false, size: size, dtype: model.DType).clone().view(sequences, length, model.Config.HiddenSize);
        return new HiddenStates(states, model, portions) { Lengths = lengths };
    }

    private static List<Portion> Portions(long sequences, long length)
    {
        var (portions, most) = (new List<Portion>(), Math.Max(1, TokensPerBatch / length));
        for (long first = 0; first < sequences; first += most)
        {
            portions.Add(new Portion(0, first, Math.Min(most, sequences - first), null));
        }

        return portions;
    }

    private static List<Portion> Portions(IReadOnlyList<int> lengths)
    {
        var (portions, first) = (new List<Portion>(), 0L);
        foreach (var length in lengths)
        {
            portions.Add(new Portion(1, first, length, null));
            first += length;
        }

        return portions;
    }

    private static List<Portion> Portions(TokenLayout layout) => [.. layout.Parts(TokensPerBatch).Select(part => new Portion(1, part.First, part.Layout.Tokens, part.Layout))];

    /// <summary>What goes through a block at once: whole sequences, one sample of a row, or whole documents of a packed row.</summary>
    private sealed record Portion(int Dimension, long First, long Count, TokenLayout? Layout)
    {
        public Tensor Of(Tensor all) => all.narrow(Dimension, First, Count);

        public long Tokens(Tensor all) => Dimension == 0 ? Count * all.shape[1] : Count;
    }
}

using Harness.Data.Sampling;
using Harness.Models.Decoders;

namespace Harness.Models;

/// <summary>
/// The hidden states of a set of sequences between two blocks, on the device, in memory or on disk as the model's <see cref="StateSpace"/> has room: [sequences, length, hidden] of equally long ones, or
/// [1, tokens, hidden]: samples of several lengths one behind the other, each going through a block by itself, or packed without padding (<see cref="TokenLayout"/>).
/// </summary>
public sealed class HiddenStates : IDisposable
{
    private readonly StateBuffer _states;
    private readonly CausalLM _model;
    private readonly IReadOnlyList<Portion> _portions;

    private HiddenStates(CausalLM model, long sequences, IReadOnlyList<Portion> portions)
    {
        (_model, _portions, Sequences) = (model, portions, sequences);
        Length = portions.Sum(portion => portion.Tokens) / sequences;
        _states = model.States.Take(sequences * Length, model.Config.HiddenSize, model.DType, model.Device);
    }

    /// <summary>How many sequences there are; 1 for a row of several.</summary>
    public long Sequences { get; }

    /// <summary>Tokens of each sequence, or of the row.</summary>
    public long Length { get; }

    /// <summary>Tokens of each of the samples in a row; null for any other states.</summary>
    public IReadOnlyList<int>? Lengths { get; private init; }

    /// <summary>All states, on the host: [sequences, length, hidden]; a view where they lie in memory, else a copy.</summary>
    public Tensor Values => Batch(0, Sequences, CPU);

    /// <summary>
    /// Tokens that go through a block at once: on the CPU few enough that what lies between two products stays in the cache, on a device enough that each operator has something to do.
    /// </summary>
    public static int TokensPerBatch(DeviceType device) => device == DeviceType.CPU ? 1024 : 8192;

    /// <summary>What the first block reads. ids: row-major [sequences, length].</summary>
    public static HiddenStates Embed(CausalLM model, ReadOnlySpan<int> ids, int length) =>
        Embedded(new HiddenStates(model, ids.Length / length, Portions(model, ids.Length / length, length)), ids);

    /// <summary>What the first block reads of calibration samples.</summary>
    public static HiddenStates Embed(CausalLM model, CalibrationSet set) =>
        set.Lengths is { } lengths ? Embedded(new HiddenStates(model, 1, Portions(lengths)) { Lengths = lengths }, set.Ids) : Embed(model, set.Ids, set.Length);

    /// <summary>The same of sequences packed into one row; ids: as the layout says.</summary>
    public static HiddenStates Embed(CausalLM model, ReadOnlySpan<int> ids, TokenLayout layout) => Embedded(new HiddenStates(model, 1, Portions(model, layout)), ids);

    /// <summary>What the block makes of these states, as new ones: several walks can start from the same.</summary>
    public HiddenStates Through(DecoderBlock block, InputObserver? observe = null)
    {
        var next = new HiddenStates(_model, Sequences, _portions) { Lengths = Lengths };
        try
        {
            Run(block, next, observe);
            return next;
        }
        catch
        {
            next.Dispose();
            throw;
        }
    }

    /// <summary>The same in place: what the block reads is gone, portion by portion.</summary>
    /// <param name="reads">Tokens, counted through all sequences, in order: all that anybody reads of what comes out; what lies at the others means nothing. Null: everything is read.</param>
    public void Advance(DecoderBlock block, IReadOnlyList<long>? reads = null)
    {
        if (reads is null)
        {
            Run(block, this, observe: null);
            return;
        }

        ForEach((portion, input) =>
        {
            long[] places = [.. reads.Where(token => token >= portion.First && token < portion.First + portion.Tokens).Select(token => token - portion.First)];
            if (places.Length > 0)
            {
                _states.Scatter(portion.First, places, block.Forward(input, layout: portion.Layout, reads: tensor(places, device: _model.Device)).squeeze(0));
            }
        });
    }

    /// <summary>Shows the input of every linear to the observer, batch by batch, and computes nothing beyond the last of them.</summary>
    public void Observe(DecoderBlock block, InputObserver observe) => ForEach((portion, input) => block.Observe(input, observe, portion.Layout));

    /// <summary>Sequences first … first + count − 1 on a device, that of the computation where none is named: [count, length, hidden].</summary>
    public Tensor Batch(long first, long count, Device? device = null)
    {
        using var scope = NewDisposeScope();
        return _states.Read(first * Length, count * Length).view(count, Length, -1).to(device ?? _model.Device).MoveToOuterDisposeScope();
    }

    /// <summary>Some tokens' states on the device of the computation, counted through all sequences: [tokens, hidden].</summary>
    public Tensor Rows(IReadOnlyList<long> tokens)
    {
        using var scope = NewDisposeScope();
        return _states.Gather(tokens).to(_model.Device).MoveToOuterDisposeScope();
    }

    /// <summary>Writes the states' bytes.</summary>
    /// <exception cref="InputException">The disk has no room for them.</exception>
    public void Save(string path) => Durable.Guard(path, () =>
    {
        using var file = Durable.Reserve(path, _states.Tokens * _states.BytesOfToken);
        _states.CopyTo(file.SafeFileHandle);
    });

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static HiddenStates Load(string path, CausalLM model, long sequences, long length) => new HiddenStates(model, sequences, Portions(model, sequences, length)).Filled(path);

    /// <summary>Reads what <see cref="Save"/> wrote of samples of these lengths.</summary>
    public static HiddenStates Load(string path, CausalLM model, IReadOnlyList<int> lengths) => new HiddenStates(model, 1, Portions(lengths)) { Lengths = lengths }.Filled(path);

    /// <summary>Reads what <see cref="Save"/> wrote of a packed row.</summary>
    public static HiddenStates Load(string path, CausalLM model, TokenLayout layout) => new HiddenStates(model, 1, Portions(model, layout)).Filled(path);

    public void Dispose() => _states.Dispose();

    private static HiddenStates Embedded(HiddenStates states, ReadOnlySpan<int> ids)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        states._model.CheckIds(ids);
        var all = tensor(ids.ToArray()).to(int64);
        foreach (var portion in states._portions)
        {
            using var inner = NewDisposeScope();
            states._states.Write(portion.First, states._model.Embed(all.narrow(0, portion.First, portion.Tokens).view(portion.Sequences, -1), portion.Layout));
        }

        return states;
    }

    private HiddenStates Filled(string path)
    {
        using var file = File.OpenHandle(path);
        _states.CopyFrom(file);
        return this;
    }

    private void Run(DecoderBlock block, HiddenStates next, InputObserver? observe) =>
        ForEach((portion, input) => next._states.Write(portion.First, block.Forward(input, observe, portion.Layout)));

    private void ForEach(Action<Portion, Tensor> work)
    {
        using var _ = no_grad();
        foreach (var portion in _portions)
        {
            using var scope = NewDisposeScope();
            work(portion, _states.Read(portion.First, portion.Tokens).view(portion.Sequences, portion.Tokens / portion.Sequences, -1).to(_model.Device));
            _model.Progress?.Report(portion.Tokens);
        }
    }

    private static List<Portion> Portions(CausalLM model, long sequences, long length)
    {
        var (portions, most) = (new List<Portion>(), Math.Max(1, TokensPerBatch(model.Device.type) / length));
        for (long first = 0; first < sequences; first += most)
        {
            var count = Math.Min(most, sequences - first);
            portions.Add(new Portion(first * length, count * length, count, null));
        }

        return portions;
    }

    private static List<Portion> Portions(IReadOnlyList<int> lengths)
    {
        var (portions, first) = (new List<Portion>(), 0L);
        foreach (var length in lengths)
        {
            portions.Add(new Portion(first, length, 1, null));
            first += length;
        }

        return portions;
    }

    private static List<Portion> Portions(CausalLM model, TokenLayout layout) => [.. layout.Parts(TokensPerBatch(model.Device.type)).Select(part => new Portion(part.First, part.Layout.Tokens, 1, part.Layout))];

    /// <summary>What goes through a block at once: whole sequences, one sample of a row, or whole documents of a packed row.</summary>
    /// <param name="First">Its first token, counted through all sequences.</param>
    private sealed record Portion(long First, long Tokens, long Sequences, TokenLayout? Layout);
}

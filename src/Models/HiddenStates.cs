using Harness.Models.Decoders;

namespace Harness.Models;

/// <summary>
/// The hidden states of a set of equally long sequences between two blocks: [sequences, length, hidden], on the host. Going through a block makes new
/// ones, so several walks can start from the same states.
/// </summary>
public sealed class HiddenStates : IDisposable
{
    /// <summary>Tokens that go through a block at once: few enough that what lies between two products stays in the cache.</summary>
    public const int TokensPerBatch = 1024;

    private readonly Tensor _states;
    private readonly CausalLM _model;
    private readonly long _sequencesPerBatch;

    private HiddenStates(Tensor states, CausalLM model)
    {
        _states = states.DetachFromDisposeScope();
        _model = model;
        _sequencesPerBatch = Math.Max(1, TokensPerBatch / states.shape[1]);
    }

    /// <summary>How many sequences there are.</summary>
    public long Sequences => _states.shape[0];

    /// <summary>Tokens of each sequence.</summary>
    public long Length => _states.shape[1];

    /// <summary>All states: [sequences, length, hidden].</summary>
    public Tensor Values => _states;

    /// <summary>What the first block reads. ids: row-major [sequences, length].</summary>
    public static HiddenStates Embed(CausalLM model, ReadOnlySpan<int> ids, int length)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        RefuseUnknownIds(model, ids);
        using var rows = tensor(ids.ToArray()).to(int64).view(-1, length);
        var states = empty([rows.shape[0], length, model.Config.HiddenSize], model.DType);
        foreach (var (first, count) in Batches(rows.shape[0], Math.Max(1, TokensPerBatch / length)))
        {
            using var inner = NewDisposeScope();
            states.narrow(0, first, count).copy_(model.Embed(rows.narrow(0, first, count)));
        }

        return new HiddenStates(states, model);
    }

    /// <summary>What the block makes of these states.</summary>
    public HiddenStates Through(DecoderBlock block, InputObserver? observe = null)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var next = empty_like(_states);
        foreach (var (first, count) in Batches(Sequences, _sequencesPerBatch))
        {
            using var inner = NewDisposeScope();
            next.narrow(0, first, count).copy_(block.Forward(Batch(first, count), observe));
            _model.Progress?.Report(count * Length);
        }

        return new HiddenStates(next, _model);
    }

    /// <summary>Shows the input of every linear to the observer, batch by batch, and computes nothing beyond the last of them.</summary>
    public void Observe(DecoderBlock block, InputObserver observe)
    {
        using var _ = no_grad();
        foreach (var (first, count) in Batches(Sequences, _sequencesPerBatch))
        {
            using var inner = NewDisposeScope();
            block.Observe(Batch(first, count), observe);
            _model.Progress?.Report(count * Length);
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
    public static HiddenStates Load(string path, CausalLM model, long sequences, long length)
    {
        using var scope = NewDisposeScope();
        var size = sequences * length * model.Config.HiddenSize;
        return new HiddenStates(from_file(path, shared: false, size: size, dtype: model.DType).clone().view(sequences, length, model.Config.HiddenSize), model);
    }

    public void Dispose() => _states.Dispose();

    private static IEnumerable<(long First, long Count)> Batches(long total, long size)
    {
        for (long first = 0; first < total; first += size)
        {
            yield return (first, Math.Min(size, total - first));
        }
    }

    private static void RefuseUnknownIds(CausalLM model, ReadOnlySpan<int> ids)
    {
        foreach (var id in ids)
        {
            if (id < 0 || id >= model.Config.VocabSize)
            {
                throw new InputException(
                    $"Token id {id} lies outside the vocabulary of {model.Config.VocabSize} ({model.Folder.ConfigPath}). Are tokenizer and weights from the same checkpoint?");
            }
        }
    }
}

using Harness.Models.Decoders;

namespace Harness.Models.Backward;

/// <summary>
/// What every block of a model reads, from one pass forwards: what a pass backwards recomputes each block from. In memory, or in a folder where that is too much.
/// </summary>
public sealed class BlockInputs : IDisposable
{
    private readonly CausalLM _model;
    private readonly string? _folder;
    private readonly HiddenStates?[] _kept;
    private readonly (long Sequences, long Length) _size;

    private BlockInputs(CausalLM model, HiddenStates first, string? folder, Action<DecoderBlock>? visit)
    {
        (_model, _folder, _kept, _size) = (model, folder, new HiddenStates?[model.Config.Layers], (first.Sequences, first.Length));
        var states = first;
        foreach (var block in model.Blocks())
        {
            visit?.Invoke(block);
            var next = states.Through(block);
            Keep(block.Index, states);
            states = next;
        }

        Output = states;
    }

    /// <summary>What the last block makes.</summary>
    public HiddenStates Output { get; }

    /// <summary>Runs the tokens through the whole model.</summary>
    /// <param name="first">The first block's input; belongs to the result.</param>
    /// <param name="folder">An existing folder for the states; null keeps them in memory.</param>
    /// <param name="visit">Sees every block on the way.</param>
    public static BlockInputs Of(CausalLM model, HiddenStates first, string? folder = null, Action<DecoderBlock>? visit = null) => new(model, first, folder, visit);

    /// <summary>Bytes of all of them.</summary>
    public static long Bytes(CausalLM model, long tokens) => (model.Config.Layers + 1L) * tokens * model.Config.HiddenSize * model.DType.ElementSize();

    /// <summary>Hands out a block's input, once: the caller disposes it.</summary>
    public HiddenStates Take(int block)
    {
        if (_folder is not null)
        {
            return HiddenStates.Load(PathOf(block), _model, _size.Sequences, _size.Length);
        }

        var states = _kept[block] ?? throw new InvalidOperationException($"The input of block {block} was taken before.");
        _kept[block] = null;
        return states;
    }

    public void Dispose()
    {
        Output.Dispose();
        foreach (var states in _kept)
        {
            states?.Dispose();
        }
    }

    private void Keep(int block, HiddenStates states)
    {
        if (_folder is null)
        {
            _kept[block] = states;
            return;
        }

        using (states)
        {
            states.Save(PathOf(block));
        }
    }

    private string PathOf(int block) => Path.Combine(_folder!, $"{block}.states");
}

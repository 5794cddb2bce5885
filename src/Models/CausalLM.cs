using Harness.Models.Checkpoints;
using Harness.Models.Decoders;
using Harness.Models.Decoders.Layouts;

namespace Harness.Models;

/// <summary>
/// A decoder-only language model on disk. Nothing is resident but what is being used: <see cref="Blocks"/> brings one decoder block at a time.
/// </summary>
public sealed class CausalLM : IDisposable
{
    private readonly DecoderLayout _layout;
    private readonly Dictionary<RotaryLayout, RotaryEmbedding> _rotary = [];

    private CausalLM(CheckpointFolder folder, ModelConfig config, ScalarType dtype, Device device)
    {
        (Folder, Config, DType, Device) = (folder, config, dtype, device);
        _layout = StoredLayout.Of(folder, config);
    }

    /// <summary>The checkpoint.</summary>
    public CheckpointFolder Folder { get; }

    /// <summary>Its config.json.</summary>
    public ModelConfig Config { get; }

    /// <summary>The type that everything is computed in.</summary>
    public ScalarType DType { get; }

    /// <summary>Where it is computed.</summary>
    public Device Device { get; }

    /// <summary>What stands in for the checkpoint's tensors from now on; as a block is read, so it stays.</summary>
    public WeightOverlay Overlay { get; set; } = WeightOverlay.None;

    /// <summary>Where the hidden states of walks over this model lie.</summary>
    public StateSpace States { get; set; } = StateSpace.Memory;

    /// <summary>Hears how many tokens have gone through a block, batch by batch.</summary>
    public IProgress<long>? Progress { get; set; }

    /// <summary>Opens a checkpoint folder; reads headers only.</summary>
    /// <exception cref="InputException">No checkpoint, no known model_type, or a tensor that is missing, superfluous or of another shape than config.json implies.</exception>
    /// <param name="dtype">The type to compute in; float32 on the CPU and the checkpoint's own elsewhere when null.</param>
    public static CausalLM Open(string path, ScalarType? dtype = null, Device? device = null)
    {
        var folder = CheckpointFolder.Open(path);
        var config = folder.ReadConfig();
        device ??= CPU;
        dtype ??= device.type == DeviceType.CPU ? float32 : config.Type?.ToScalarType() ?? float32;
        return new CausalLM(folder, config, dtype.Value, device);
    }

    /// <summary>ids: int64 [batch, length] → the first block's input [batch, length, hidden]; positions count from 0 unless a layout says otherwise.</summary>
    public Tensor Embed(Tensor ids, TokenLayout? layout = null)
    {
        using var scope = NewDisposeScope();
        var (reader, embedding) = (Reader(), _layout.Embedding);
        var table = reader.Stored($"{StoredLayout.Embedding(Folder, _layout)}.weight", embedding.Rows, embedding.Width);
        // Rows first, then the conversion: the table is by far the largest tensor of a small model.
        var hidden = Fused.TableRows(table, ids.flatten().to(table.device)).to(DType, Device).view(ids.shape[0], ids.shape[1], embedding.Width);
        hidden = embedding.Scale == 1 ? hidden : hidden.mul(tensor((float)embedding.Scale, DType, Device));
        hidden = embedding.Projection is null ? hidden : reader.Linear(_layout.Base, embedding.Projection).Forward(hidden);
        if (embedding.Positions is { } positions)
        {
            var rows = reader.Stored($"{_layout.Base}{positions.Name}.weight", positions.Rows, positions.Width);
            var used = rows.narrow(0, positions.Offset, layout?.Longest ?? ids.shape[1]).to(DType, Device);
            hidden = hidden.add(layout is null ? used : used.index_select(0, layout.Positions(Device)));
        }

        hidden = reader.Norm(_layout.Base, embedding.Norm)?.Forward(hidden) ?? hidden;
        foreach (var taken in reader.Taken)
        {
            taken.Dispose();
        }

        return hidden.MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The decoder blocks in order, each in memory only until the next is asked for. The one loop over the layers: pruning, scoring and whatever else
    /// walks a model does it by this.
    /// </summary>
    public IEnumerable<DecoderBlock> Blocks(int first = 0) => Streamed(Enumerable.Range(first, Math.Max(0, Config.Layers - first)));

    /// <summary>The same from the last block to the first, for a pass backwards (<see cref="Backward"/>).</summary>
    public IEnumerable<DecoderBlock> BlocksBackwards() => Streamed(Enumerable.Range(0, Config.Layers).Reverse());

    /// <summary>One block; the caller disposes it.</summary>
    public DecoderBlock Block(int index) => Reader().Block(index, _layout.PrefixOf(index), _layout.Block(index), Rotary);

    /// <summary>Every tensor that the model is computed from, by its name in the checkpoint, each stored one once.</summary>
    public IEnumerable<string> Parameters => StoredLayout.Parameters(Folder, Config);

    /// <summary>The block that a tensor belongs to; null where it belongs to none.</summary>
    public int? BlockOf(string parameter) => Enumerable.Range(0, Config.Layers).Cast<int?>().FirstOrDefault(block => parameter.StartsWith(_layout.PrefixOf(block!.Value), StringComparison.Ordinal));

    /// <summary>Whether a tensor has a part in what the first block reads.</summary>
    public bool IsOfEmbedding(string parameter) => parameter == $"{StoredLayout.Embedding(Folder, _layout)}.weight" || _layout.Embedding.Parameters(_layout.Base).Any(own => own.Name == parameter);

    /// <summary>Every linear of every block, by the name of its weight in the checkpoint; reads nothing.</summary>
    public IEnumerable<(string Parameter, LinearLayout Linear)> Linears => Enumerable.Range(0, Config.Layers).SelectMany(_layout.LinearsOf);

    /// <summary>The weights of a block's linears by their names in the checkpoint, in the order of <see cref="DecoderBlock.Linears"/>; reads nothing.</summary>
    public IEnumerable<string> LinearsOf(int block) => _layout.LinearsOf(block).Select(linear => linear.Parameter);

    /// <summary>The same with their layouts.</summary>
    public IEnumerable<(string Parameter, LinearLayout Linear)> LinearLayoutsOf(int block) => _layout.LinearsOf(block);

    /// <summary>What transformers calls a tensor of the blocks: checkpoints of some families lack the prefix of the model without its head (<c>transformer.</c>).</summary>
    public string FullName(string parameter) => Config.Layout.Base[_layout.Base.Length..] + parameter;

    /// <summary>What follows the last block: the final norm and the output head.</summary>
    public OutputHead Head()
    {
        using var scope = NewDisposeScope();
        var head = new OutputHead(Reader(), _layout, $"{StoredLayout.Head(Folder, _layout)}.weight");
        Folder.Release(); // where it was converted, the file's pages need not stay
        return head;
    }

    /// <summary>Refuses ids that the model has no embedding for.</summary>
    public void CheckIds(ReadOnlySpan<int> ids)
    {
        foreach (var id in ids)
        {
            if (id < 0 || id >= Config.VocabSize)
            {
                throw new InputException(
                    $"Token id {id} lies outside the vocabulary of {Config.VocabSize} ({Folder.ConfigPath}). Are tokenizer and weights from the same checkpoint?");
            }
        }
    }

    /// <summary>Refuses windows that the model has no positions for.</summary>
    public void CheckWindow(int length)
    {
        if (length > Config.MaxPositions)
        {
            throw new InputException($"A window of {length} tokens is longer than the model's {Config.MaxPositions} positions ({Folder.ConfigPath}). Use --length {Config.MaxPositions} or less.");
        }
    }

    public void Dispose()
    {
        foreach (var rotary in _rotary.Values)
        {
            rotary.Dispose();
        }

        _rotary.Clear();
    }

    /// <summary>While one block is at work, the next is brought: to a device by a thread of its own, on the CPU by the system, which is told what will be read.</summary>
    private IEnumerable<DecoderBlock> Streamed(IEnumerable<int> indices)
    {
        var all = indices.ToArray();
        Task<DecoderBlock>? coming = null;
        try
        {
            for (var at = 0; at < all.Length; at++)
            {
                using var block = coming is null ? Block(all[at]) : coming.GetAwaiter().GetResult();
                coming = null;
                if (at + 1 < all.Length)
                {
                    var next = all[at + 1];
                    if (Device.type == DeviceType.CPU)
                    {
                        ForEachStored(next, MappedPages.ReadAhead);
                    }
                    else
                    {
                        coming = Accelerator.Beside(Device, () =>
                        {
                            ForEachStored(next, MappedPages.Bring);
                            return Block(next);
                        });
                    }
                }

                yield return block;
                Await(coming); // it reads from the folder
                Folder.Release();
            }
        }
        finally
        {
            Await(coming);
            if (coming is { IsCompletedSuccessfully: true })
            {
                coming.Result.Dispose(); // the walk ended early
            }

            Folder.Release();
        }

        static void Await(Task? task)
        {
            if (task is not null)
            {
                Task.WaitAny(task);
            }
        }
    }

    private void ForEachStored(int block, Action<Tensor> work)
    {
        foreach (var parameter in _layout.Block(block).Parameters(_layout.PrefixOf(block)).Where(parameter => Folder.Contains(parameter.Name) && !Overlay.Tensors.ContainsKey(parameter.Name)))
        {
            using var scope = NewDisposeScope();
            work(Folder.Load(parameter.Name));
        }
    }

    private WeightReader Reader() => new(Folder, Overlay, DType, Device);

    private RotaryEmbedding Rotary(RotaryLayout layout)
    {
        lock (_rotary)
        {
            if (!_rotary.TryGetValue(layout, out var rotary))
            {
                rotary = _rotary[layout] = new RotaryEmbedding(layout, DType, Device);
            }

            return rotary;
        }
    }
}

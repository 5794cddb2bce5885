using Harness.Models;
using Harness.Models.Checkpoints;
using Harness.Results;

namespace Harness.Cli.Jobs;

/// <summary>A pruned checkpoint in the making: the model's own with its linears replaced, and beside it the masks of what is left of them.</summary>
internal sealed class PrunedCheckpoint : IDisposable
{
    private readonly CausalLM _model;
    private readonly ElementType? _saveAs;
    private readonly SafetensorsWriter _masks;

    /// <param name="output">The new folder; must not exist yet.</param>
    /// <param name="saveAs">The type to store in; null keeps each tensor's own.</param>
    /// <param name="compressed">The weights to store compressed; null for none.</param>
    public PrunedCheckpoint(CausalLM model, string output, ElementType? saveAs, Sparse24Bitmask? compressed = null)
    {
        (_model, _saveAs) = (model, saveAs);
        Files = new CheckpointWriter(model.Folder, output, saveAs, compressed);
        _masks = PackedMask.AddSidecar(Files, model);
    }

    /// <summary>All that is written.</summary>
    public CheckpointWriter Files { get; }

    /// <summary>Writes a linear's weight, as the checkpoint stores it, with its mask; counts what is zero there: a tiny weight may become so in the type that is stored.</summary>
    public ZeroCount Write(string parameter, Tensor weight)
    {
        using var scope = NewDisposeScope();
        var stored = weight.to((_saveAs ?? _model.Folder.Type(parameter)).ToScalarType()!.Value);
        Files.Replace(parameter, stored);
        _masks.Write(parameter, PackedMask.Of(stored));
        return ZeroCounts.Of(stored);
    }

    public void Dispose() => Files.Dispose();
}

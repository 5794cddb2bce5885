using System.Numerics;
using Harness.LoraFinetune.Adapters;
using Harness.LoraFinetune.Masks;
using Harness.Models;

namespace Harness.LoraFinetune.Training;

/// <summary>An adapter in training: the model's own weights stay as they are.</summary>
public sealed class LoraWeights : TrainedWeights
{
    private readonly WeightOverlay _overlay;
    private readonly AdapterDropout _dropout;

    /// <param name="adapter">Belongs to it from now on.</param>
    /// <param name="dropout">Share of what the adapters read that is dropped in training.</param>
    /// <param name="seed">Of dropout.</param>
    /// <param name="masks">By which the model is taken as pruned; null: as it is.</param>
    public LoraWeights(LoraAdapter adapter, double dropout, BigInteger seed, SparsityMasks? masks = null)
    {
        Adapter = adapter;
        Tensors = [.. adapter.Linears.SelectMany(linear => new[]
        {
            new TrainedTensor(PeftFolder.NameOf(linear.Key, 'A'), linear.Key, linear.Value.A.requires_grad_()),
            new TrainedTensor(PeftFolder.NameOf(linear.Key, 'B'), linear.Key, linear.Value.B.requires_grad_()),
        })];
        _dropout = new AdapterDropout(dropout, seed);
        _overlay = new WeightOverlay(
            masks?.Applied ?? WeightOverlay.None.Tensors, adapter.Linears.Select((linear, index) => KeyValuePair.Create(linear.Key, _dropout.On(linear.Value, index))).ToDictionary());
    }

    /// <summary>The adapter.</summary>
    public LoraAdapter Adapter { get; }

    public override IReadOnlyList<TrainedTensor> Tensors { get; }

    public override WeightOverlay Overlay => _overlay;

    internal override void Begin(long? token) => _dropout.Token = token;
}

using Harness.Models;
using Harness.Models.Cost;
using Harness.Models.Checkpoints;

namespace Harness.Bench;

/// <summary>The rates that all other work is compared with.</summary>
internal static class Gemm
{
    public static Section Measure(Place place)
    {
        var section = new Section("gemm", $"Matrix products at the model's shapes, {HiddenStates.TokensPerBatch(DeviceType.CPU)} tokens at a time, GFLOP/s", "in → out", "type", "median", "best");
        using var model = place.OpenModel(section);
        if (model is null)
        {
            return section;
        }

        var linears = ModelShape.Of(model.Config).Linears.ToArray();
        foreach (var type in new[] { ScalarType.Float32, ScalarType.BFloat16 })
        {
            using var rate = new GemmRate(type).With(HiddenStates.TokensPerBatch(DeviceType.CPU), linears).Measure();
            foreach (var shape in rate.Shapes)
            {
                section.Add(shape.ToString(), type.ToElementType().TorchName(), Figure.Of(rate.Median(shape) / 1e9, "0"), Figure.Of(rate.Best(shape) / 1e9, "0"));
            }
        }

        return section;
    }
}

using System.Diagnostics;
using Harness.Models;
using Harness.Models.Cost;

namespace Harness.Cli.Jobs;

/// <summary>How fast this machine multiplies: what a plan's time is reckoned with.</summary>
internal static class ProductRate
{
    private const int Rounds = 3;

    // as many tokens as a block sees at once, but a large model's product shall not take seconds
    private const double MostFlops = 2e10;
    private const double MostFlopsOfDevice = 2e12;

    /// <summary>FLOP/s of the largest linear of a block, the best of a few rounds.</summary>
    public static double Measure(CausalLM model)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var product = ModelShape.Of(model.Config).Linears.MaxBy(linear => linear.In * linear.Out);
        var tokens = (long)Math.Clamp((model.Device.type == DeviceType.CPU ? MostFlops : MostFlopsOfDevice) / product.Flops(1), 1, HiddenStates.TokensPerBatch(model.Device.type));
        var (x, weight) = (randn([tokens, product.In]).to(model.DType, model.Device), randn([product.Out, product.In]).to(model.DType, model.Device));
        var best = double.MaxValue;
        for (var round = 0; round <= Rounds; round++)
        {
            using var inner = NewDisposeScope();
            var start = Stopwatch.GetTimestamp();
            nn.functional.linear(x, weight).narrow(0, 0, 1).to(CPU); // a device answers when it is done
            best = round == 0 ? best : Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return product.Flops(tokens) / best;
    }
}

using Harness.Models.Decoders.Layouts;

namespace Harness.Models.Decoders.Families;

/// <summary>What the tables of families with experts share.</summary>
internal static class ExpertsTable
{
    /// <param name="names">gate, up and down of expert {0}.</param>
    public static ExpertsLayout Experts(this Dimensions size, string router, (string Gate, string Up, string Down) names, int experts, int intermediate, int chosen)
    {
        string Of(string name, int expert) => string.Format(null, name, expert);
        if (chosen > experts)
        {
            throw size.Config.Wrong("num_experts_per_tok", $"at most the number of experts {experts}");
        }

        return new ExpertsLayout(
            new LinearLayout(router, experts, size.Hidden),
            [.. Enumerable.Range(0, experts).Select(expert => size.Gated(Of(names.Gate, expert), Of(names.Up, expert), Of(names.Down, expert), intermediate: intermediate))],
            chosen);
    }
}

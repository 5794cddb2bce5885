namespace Harness.Bench;

/// <summary>What a call of an operator costs when the operator itself does next to nothing.</summary>
internal static class OperatorCalls
{
    private const int Calls = 5000;
    private const int Rounds = 21;
    private const double TargetMicroseconds = 3;

    public static Section Measure()
    {
        var section = new Section("operators", $"Operator calls (target: at most {TargetMicroseconds} µs)", "operator", "µs per call", "best");
        using var x = zeros([1]);
        using var y = ones([1]);
        using var matrix = zeros([8, 8]);
        using var _ = no_grad();
        Measure(section, "x.add_(1)", () => x.add_(1));
        Measure(section, "x.add_(y)", () => x.add_(y));
        Measure(section, "x.add(y)", () => x.add(y).Dispose());
        Measure(section, "x.narrow(0, 2, 4)", () => matrix.narrow(0, 2, 4).Dispose());
        Measure(section, "x.view(4, 16)", () => matrix.view(4, 16).Dispose());
        Measure(section, "x.numel()", () => matrix.numel());
        return section;
    }

    private static void Measure(Section section, string name, Action call)
    {
        var timing = Timing.Of(Rounds, () =>
        {
            for (var i = 0; i < Calls; i++)
            {
                call();
            }
        });
        section.Add(name, Figure.Of(timing.Median * 1e6 / Calls, "0.00", TargetMicroseconds), Figure.Of(timing.Best * 1e6 / Calls, "0.00"));
    }
}

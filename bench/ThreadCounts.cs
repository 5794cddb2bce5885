using Harness.Models;

namespace Harness.Bench;

/// <summary>The same tokens through the model on one thread, two, four and so on, in float32 and in bfloat16: what threads gain, and what the type does.</summary>
internal static class ThreadCounts
{
    private const int Sequences = 4;
    private const int Length = 512;
    private const int Rounds = 2;

    public static Section Measure(Place place)
    {
        var section = new Section("threads", $"{Sequences} sequences of {Length} tokens through the model, by threads and type", "type", "threads", "seconds", "best", "gain over one thread", "gain over float32");
        using var model = place.OpenModel(section);
        if (model is null)
        {
            return section;
        }

        var most = get_num_threads();
        var ids = Forward.RandomIds(model.Config, Sequences * Length);
        var seconds = new Dictionary<(ScalarType Type, int Threads), double>();
        try
        {
            foreach (var type in (ScalarType[])[ScalarType.Float32, ScalarType.BFloat16])
            {
                using var typed = CausalLM.Open(place.Model!, type);
                foreach (var threads in Counts(most))
                {
                    set_num_threads(threads);
                    var timing = Timing.Of(Rounds, () => Forward.Run(typed, ids, Length));
                    seconds[(type, threads)] = timing.Median;
                    section.Add(
                        $"{type}".ToLowerInvariant(), $"{threads}", Figure.Of(timing.Median, "0.00"), Figure.Of(timing.Best, "0.00"),
                        Figure.Of(seconds[(type, 1)] / timing.Median, "0.00"), Figure.Of(seconds[(ScalarType.Float32, threads)] / timing.Median, "0.00"));
                }
            }
        }
        finally
        {
            set_num_threads(most);
        }

        return section;
    }

    private static IEnumerable<int> Counts(int most)
    {
        for (var threads = 1; threads < most; threads *= 2)
        {
            yield return threads;
        }

        yield return most;
    }
}

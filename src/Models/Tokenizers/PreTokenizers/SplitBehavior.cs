using Harness.Models.Tokenizers.Text;

namespace Harness.Models.Tokenizers.PreTokenizers;

/// <summary>What becomes of the matches a text is split at.</summary>
internal enum SplitBehavior
{
    /// <summary>They are dropped.</summary>
    Removed,

    /// <summary>Each is a part of its own.</summary>
    Isolated,

    /// <summary>Each ends the part before it.</summary>
    MergedWithPrevious,

    /// <summary>Each begins the part after it.</summary>
    MergedWithNext,

    /// <summary>Neighbouring matches are one part.</summary>
    Contiguous,
}

/// <summary>Makes parts of stretches.</summary>
internal static class SplitBehaviors
{
    /// <summary>Appends the parts that <paramref name="stretches"/>, which begin at <paramref name="offset"/>, are under a behaviour.</summary>
    public static void AppendParts(this SplitBehavior behavior, List<Stretch> stretches, int offset, List<Segment> parts)
    {
        var pending = default(Segment);
        for (var i = 0; i < stretches.Count; i++)
        {
            var stretch = stretches[i];
            if (behavior == SplitBehavior.Removed && stretch.IsMatch)
            {
                continue;
            }

            var joins = i > 0 && Joins(behavior, stretches, i);
            if (!joins && pending.Length > 0)
            {
                parts.Add(pending);
            }

            pending = joins
                ? pending with { Length = pending.Length + stretch.Length }
                : new Segment(offset + stretch.Start, stretch.Length);
        }

        if (pending.Length > 0)
        {
            parts.Add(pending);
        }
    }

    // whether stretch i belongs to the part of stretch i - 1
    private static bool Joins(SplitBehavior behavior, List<Stretch> stretches, int i)
    {
        var (before, current) = (stretches[i - 1].IsMatch, stretches[i].IsMatch);
        return behavior switch
        {
            SplitBehavior.Contiguous => before == current,
            SplitBehavior.MergedWithPrevious => current && !before,
            SplitBehavior.MergedWithNext => before && !current,
            _ => false,
        };
    }
}

using System.Text.RegularExpressions;
using Harness.Models.Decoders.Layouts;

namespace Harness.Models.Tests.Decoders;

/// <summary>A model's parameters in few lines: names that differ only in their numbers, and have one shape, as one name with ranges of numbers.</summary>
internal static partial class ParameterPatterns
{
    /// <summary>"layers.{0..31}.mlp.up_proj.weight [11008, 4096]", in the order of the first of each.</summary>
    public static IEnumerable<string> Of(IEnumerable<ParameterShape> parameters) => parameters
        .GroupBy(parameter => (Pattern: Number().Replace(parameter.Name, "{}"), Shape: string.Join(", ", parameter.Shape)))
        .SelectMany(group => Lines(group.Key.Pattern, [.. group.Select(parameter => Number().Matches(parameter.Name).Select(match => int.Parse(match.Value)).ToArray())])
            .Select(name => $"{name} [{group.Key.Shape}]"));

    /// <summary>One line where the numbers are all combinations of whole ranges, else one for each value of the first.</summary>
    private static IEnumerable<string> Lines(string pattern, int[][] numbers)
    {
        if (numbers[0].Length == 0)
        {
            return [pattern];
        }

        var values = Enumerable.Range(0, numbers[0].Length).Select(place => numbers.Select(each => each[place]).Distinct().Order().ToArray()).ToArray();
        return values.Aggregate(1L, (product, each) => product * each.Length) == numbers.Length
            ? [values.Aggregate(pattern, (name, each) => Fill(name, Ranges(each)))]
            : numbers.GroupBy(each => each[0]).SelectMany(group => Lines(Fill(pattern, $"{group.Key}"), [.. group.Select(each => each[1..])]));
    }

    private static string Fill(string pattern, string numbers) => pattern.IndexOf("{}", StringComparison.Ordinal) is var at and >= 0
        ? $"{pattern[..at]}{numbers}{pattern[(at + 2)..]}"
        : pattern;

    private static string Ranges(int[] values)
    {
        var runs = values.Index().GroupBy(item => item.Item - item.Index, item => item.Item).Select(run => run.Count() == 1 ? $"{run.First()}" : $"{run.First()}..{run.Last()}").ToArray();
        return runs is [var single] && !single.Contains('.') ? single : $"{{{string.Join(',', runs)}}}";
    }

    [GeneratedRegex(@"(?<=\.)\d+(?=\.)")]
    private static partial Regex Number();
}

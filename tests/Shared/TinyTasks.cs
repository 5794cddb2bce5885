namespace Harness.Tests.Shared;

/// <summary>Made-up documents of two zero-shot tasks, under a data root in hub layout.</summary>
public static class TinyTasks
{
    /// <summary>How many documents each has.</summary>
    public const int Documents = 12;

    /// <summary>Writes boolq and winogrande: short enough for a model of 64 positions, but for every fourth passage.</summary>
    public static void Write(string root)
    {
        var rows = Enumerable.Range(0, Documents).ToArray();
        TinyParquet.Write(
            Path.Combine(root, "aps", "super_glue", "boolq", "validation-00000-of-00001.parquet"),
            ("question", rows.Select(row => $"is {row} even").ToArray()),
            ("passage", rows.Select(row => row % 4 == 3 ? string.Concat(Enumerable.Repeat($"{row} ", 30)) : $"{row} = {row}").ToArray()),
            ("label", rows.Select(row => (long)(1 - row % 2)).ToArray()));
        TinyParquet.Write(
            Path.Combine(root, "allenai", "winogrande", "winogrande_xl", "validation-00000-of-00001.parquet"),
            ("sentence", rows.Select(row => $"A{row} or B: _ wins.").ToArray()),
            ("option1", rows.Select(row => $"A{row}").ToArray()),
            ("option2", rows.Select(_ => "B").ToArray()),
            ("answer", rows.Select(row => row % 3 == 0 ? "2" : "1").ToArray()));
    }
}

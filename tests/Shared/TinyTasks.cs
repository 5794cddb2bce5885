using Harness.Data.Parquet;

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
        ParquetWriter.Write(
            Path.Combine(root, "aps", "super_glue", "boolq", "validation-00000-of-00001.parquet"),
            ParquetColumn.Texts("question", [.. rows.Select(row => $"is {row} even")]),
            ParquetColumn.Texts("passage", [.. rows.Select(row => row % 4 == 3 ? string.Concat(Enumerable.Repeat($"{row} ", 30)) : $"{row} = {row}")]),
            ParquetColumn.Longs("label", [.. rows.Select(row => (long)(1 - row % 2))]));
        ParquetWriter.Write(
            Path.Combine(root, "allenai", "winogrande", "winogrande_xl", "validation-00000-of-00001.parquet"),
            ParquetColumn.Texts("sentence", [.. rows.Select(row => $"A{row} or B: _ wins.")]),
            ParquetColumn.Texts("option1", [.. rows.Select(row => $"A{row}")]),
            ParquetColumn.Texts("option2", [.. rows.Select(_ => "B")]),
            ParquetColumn.Texts("answer", [.. rows.Select(row => row % 3 == 0 ? "2" : "1")]));
    }
}

using System.Text.Json.Nodes;
using Harness.Data.Parquet;
using Harness.Tests.Shared;

namespace Harness.Data.Tests.Parquet;

/// <summary>Files of another writer, compared row by row with what it wrote.</summary>
public sealed class ParquetCasesTests
{
    public static TheoryData<string> Names =>
    [
        "01_plain", "02_snappy_dict_nulls", "03_gzip_page_v2", "04_zstd_many_pages", "05_lz4_brotli", "06_delta_binary", "07_delta_strings",
        "08_byte_stream_split", "09_lists", "10_structs", "11_maps", "12_logical_types", "13_zero_rows", "14_old_list_names", "15_int96_v1_crc",
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public void Reads_the_rows_that_were_written(string name)
    {
        var expected = JsonNode.Parse(File.ReadAllText(ReferencePack.Path("data", "parquet-cases", name + ".json")))!;
        using var file = ParquetFile.Open(ReferencePack.Path("data", "parquet-cases", name + ".parquet"));

        file.RowCount.ShouldBe((long)expected["num_rows"]!);
        file.Columns.ShouldBe(expected["columns"]!.AsArray().Select(column => (string)column!["name"]!));
        var rows = file.Rows().Select(row => JsonNode.Parse(row.Span)!).ToArray();
        var wanted = expected["rows"]!.AsArray();
        rows.Length.ShouldBe(wanted.Count);
        for (var i = 0; i < rows.Length; i++)
        {
            Difference(wanted[i], rows[i], $"row {i}").ShouldBeNull();
        }
    }

    /// <summary>Integers and text equal to the digit; reals as doubles (Python writes 1e-05 and 100.0 where .NET writes 1E-05 and 100).</summary>
    private static string? Difference(JsonNode? expected, JsonNode? actual, string path)
    {
        switch (expected, actual)
        {
            case (JsonObject a, JsonObject b):
                return a.Select(field => field.Key).SequenceEqual(b.Select(field => field.Key))
                    ? a.Select(field => Difference(field.Value, b[field.Key], $"{path}.{field.Key}")).FirstOrDefault(found => found is not null)
                    : $"{path}: {expected.ToJsonString()} is not {actual.ToJsonString()}";
            case (JsonArray a, JsonArray b):
                return a.Count == b.Count
                    ? a.Select((item, i) => Difference(item, b[i], $"{path}[{i}]")).FirstOrDefault(found => found is not null)
                    : $"{path}: {expected.ToJsonString()} is not {actual.ToJsonString()}";
        }

        var (left, right) = (expected?.ToJsonString(), actual?.ToJsonString());
        var isReal = left is not null && right is not null && left.AsSpan().ContainsAny(".eE") && left[0] != '"' && right[0] != '"';
        return left == right || (isReal && double.Parse(left!).Equals(double.Parse(right!))) ? null : $"{path}: {left} is not {right}";
    }
}

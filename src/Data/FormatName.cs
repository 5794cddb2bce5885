using System.Text.Json;

namespace Harness.Data;

/// <summary>Names as the format writes them: <c>DELTA_BINARY_PACKED</c>.</summary>
internal static class FormatName
{
    public static string Of<T>(T value)
        where T : struct, Enum =>
        Enum.IsDefined(value) ? JsonNamingPolicy.SnakeCaseUpper.ConvertName(value.ToString()) : $"{value:d}";
}

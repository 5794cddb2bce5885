using System.Globalization;
using System.Numerics;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Harness.Data;

/// <summary>
/// How values of binary formats stand in JSON: numbers as numbers (NaN and infinities as strings), text as text, other bytes as lower-case hex,
/// decimals as a string with all digits, dates and times as the integer in their unit.
/// </summary>
internal static class JsonForm
{
    // Utf8JsonWriter refuses longer ones in one piece
    private const int LongestPiece = 1 << 24;
    private const int MostDigits = 10_000;

    public static JsonWriterOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static void Text(Utf8JsonWriter writer, ReadOnlySpan<byte> value)
    {
        if (!Utf8.IsValid(value))
        {
            throw new CorruptDataException("a text is not valid UTF-8");
        }

        var isLong = value.Length > LongestPiece;
        for (; value.Length > LongestPiece; value = value[LongestPiece..])
        {
            writer.WriteStringValueSegment(value[..LongestPiece], isFinalSegment: false);
        }

        if (isLong)
        {
            writer.WriteStringValueSegment(value, isFinalSegment: true);
        }
        else
        {
            writer.WriteStringValue(value);
        }
    }

    public static void Hex(Utf8JsonWriter writer, ReadOnlySpan<byte> value)
    {
        var isLong = value.Length > LongestPiece;
        for (; value.Length > LongestPiece; value = value[LongestPiece..])
        {
            writer.WriteStringValueSegment(Convert.ToHexStringLower(value[..LongestPiece]), isFinalSegment: false);
        }

        if (isLong)
        {
            writer.WriteStringValueSegment(Convert.ToHexStringLower(value), isFinalSegment: true);
        }
        else
        {
            writer.WriteStringValue(Convert.ToHexStringLower(value));
        }
    }

    public static void Real(Utf8JsonWriter writer, double value)
    {
        if (double.IsFinite(value))
        {
            writer.WriteNumberValue(value);
        }
        else
        {
            writer.WriteStringValue(double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
        }
    }

    /// <summary>An integer in big-endian bytes, <paramref name="scale"/> of its digits behind the point.</summary>
    public static void Decimal(Utf8JsonWriter writer, ReadOnlySpan<byte> unscaled, int scale, bool isBigEndian) =>
        Decimal(writer, unscaled.Length <= MostDigits ? new BigInteger(unscaled, isBigEndian: isBigEndian)
            : throw new CorruptDataException($"a decimal of {unscaled.Length} bytes"), scale);

    public static void Decimal(Utf8JsonWriter writer, BigInteger unscaled, int scale)
    {
        if (scale > MostDigits)
        {
            throw new CorruptDataException($"decimals of scale {scale}");
        }

        var digits = BigInteger.Abs(unscaled).ToString(CultureInfo.InvariantCulture);
        var sign = unscaled.Sign < 0 ? "-" : "";
        digits = scale < 0 ? digits + new string('0', unscaled.IsZero ? 0 : -Math.Max(scale, -MostDigits)) : digits.PadLeft(scale + 1, '0');
        writer.WriteStringValue(scale <= 0 ? sign + digits : $"{sign}{digits[..^scale]}.{digits[^scale..]}");
    }
}

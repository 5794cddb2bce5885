using System.Buffers;
using System.Text;

namespace Harness.Data.Corpora;

/// <summary>Joins rows to one text.</summary>
internal static class Rows
{
    /// <summary>Python's <c>separator.join(rows)</c> for rows in UTF-8.</summary>
    public static string Join(IEnumerable<ReadOnlyMemory<byte>> rows, string separator)
    {
        var joined = new ArrayBufferWriter<byte>(1 << 20);
        var between = Encoding.UTF8.GetBytes(separator);
        var first = true;
        foreach (var row in rows)
        {
            if (!first)
            {
                joined.Write(between);
            }

            joined.Write(row.Span);
            first = false;
        }

        return Encoding.UTF8.GetString(joined.WrittenSpan);
    }
}

using Microsoft.Win32.SafeHandles;

namespace Harness.Models;

/// <summary>Where hidden states lie: [tokens, hidden], row by row.</summary>
internal abstract class StateBuffer(long tokens, long width, ScalarType type) : IDisposable
{
    // what is read from a file or written to one at once
    private const long BytesAtOnce = 16 << 20;

    /// <summary>Rows.</summary>
    public long Tokens => tokens;

    /// <summary>Of a row.</summary>
    public long BytesOfToken => width * type.ElementSize();

    /// <summary>Some rows, one behind the other: [count, hidden]; not to be written to.</summary>
    public abstract Tensor Read(long first, long count);

    /// <summary>Replaces rows; <paramref name="rows"/>: [..., hidden].</summary>
    public abstract void Write(long first, Tensor rows);

    /// <summary>Rows in any order: [rows, hidden].</summary>
    public Tensor Gather(IReadOnlyList<long> rows) => cat([.. rows.Select(row => Read(row, 1))]);

    /// <summary>Replaces rows in any order, counted from <paramref name="first"/>; <paramref name="values"/>: [rows, hidden].</summary>
    public void Scatter(long first, IReadOnlyList<long> rows, Tensor values)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            using var scope = NewDisposeScope();
            Write(first + rows[i], values.narrow(0, i, 1));
        }
    }

    /// <summary>Writes all rows to a file.</summary>
    public void CopyTo(SafeFileHandle file)
    {
        foreach (var (first, count) in Pieces(0, Tokens))
        {
            using var scope = NewDisposeScope();
            RandomAccess.Write(file, Read(first, count).cpu().contiguous().bytes, first * BytesOfToken);
        }
    }

    /// <summary>Takes all rows from a file.</summary>
    public void CopyFrom(SafeFileHandle file)
    {
        foreach (var (first, count) in Pieces(0, Tokens))
        {
            using var scope = NewDisposeScope();
            Write(first, FromFile(file, first, count));
        }
    }

    public abstract void Dispose();

    /// <summary>Rows that <see cref="CopyTo"/> wrote.</summary>
    protected Tensor FromFile(SafeFileHandle file, long first, long count)
    {
        var rows = empty([count, width], type);
        foreach (var (start, some) in Pieces(0, count))
        {
            using var scope = NewDisposeScope();
            var bytes = rows.narrow(0, start, some).bytes;
            for (var read = 0; read < bytes.Length;)
            {
                var more = RandomAccess.Read(file, bytes[read..], ((first + start) * BytesOfToken) + read);
                read += more > 0 ? more : throw new EndOfStreamException("The file of hidden states is shorter than what was written to it.");
            }
        }

        return rows;
    }

    /// <summary>A stretch of rows in pieces that are written or read at once.</summary>
    protected IEnumerable<(long First, long Count)> Pieces(long first, long count)
    {
        var most = Math.Max(1, BytesAtOnce / BytesOfToken);
        for (var end = first + count; first < end; first += most)
        {
            yield return (first, Math.Min(most, end - first));
        }
    }
}

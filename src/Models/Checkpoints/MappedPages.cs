using System.Runtime.InteropServices;

namespace Harness.Models.Checkpoints;

/// <summary>Advice to the system about memory-mapped files.</summary>
internal static unsafe partial class MappedPages
{
    private const int WillNeed = 3;
    private const int PopulateRead = 22;

    /// <summary>Lets the system fetch a tensor's pages from the disk, and returns at once. Nothing depends on it but time.</summary>
    /// <param name="view">Of a mapped file, contiguous.</param>
    public static void ReadAhead(Tensor view) => Advise(view, WillNeed);

    /// <summary>Has a tensor's pages at hand when it returns: many at once, which one by one, as they are read, would take longer than the reading. From Linux 5.14 on; before, nothing.</summary>
    /// <param name="view">Of a mapped file, contiguous.</param>
    public static void Bring(Tensor view) => Advise(view, PopulateRead);

    private static void Advise(Tensor view, int advice)
    {
        if (view.numel() == 0)
        {
            return;
        }

        using var scope = NewDisposeScope();
        var bytes = view.numel() * view.dtype.ElementSize();
        fixed (byte* first = view.flatten().narrow(0, 0, 1).bytes)
        {
            var page = (nuint)first & ~((nuint)Environment.SystemPageSize - 1);
            _ = madvise(page, (nuint)first + (nuint)bytes - page, advice);
        }
    }

    [LibraryImport("libc")] private static partial int madvise(nuint address, nuint length, int advice);
}

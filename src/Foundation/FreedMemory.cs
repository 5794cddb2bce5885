using System.Runtime;
using System.Runtime.InteropServices;

namespace Harness;

/// <summary>What was freed but is kept for later: the runtime's heap and the C library's both hold on to it, and the kernel counts it as used.</summary>
public static partial class FreedMemory
{
    /// <summary>Gives the C library's back to the system: pages between what is in use included. Costs about as much as touching them again.</summary>
    public static void Return()
    {
        if (OperatingSystem.IsLinux())
        {
            _ = malloc_trim(0);
        }
    }

    /// <summary>
    /// The same where the process has come to half of what it may fill. Below that it is better kept: it is taken again within the next block, and huge pages that were given back in parts come again as
    /// small ones, each of which costs an exception.
    /// </summary>
    public static void ReturnWhereScarce(MemoryBudget memory)
    {
        if (memory.Free < Environment.WorkingSet)
        {
            Return();
        }
    }

    /// <summary>The runtime's as well, for the end of a phase that has made much garbage: reading and tokenising text.</summary>
    public static void ReturnAll()
    {
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        Return();
    }

    [LibraryImport("libc")] private static partial int malloc_trim(nuint pad);
}

using System.Runtime.CompilerServices;

namespace Harness.Tests.Shared;

/// <summary>The tree that the tests were built from.</summary>
public static class Repository
{
    /// <summary>A path inside it.</summary>
    public static string Path(params string[] parts) => System.IO.Path.Combine([Root(), .. parts]);

    private static string Root([CallerFilePath] string thisFile = "") =>
        System.IO.Path.GetFullPath(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(thisFile)!, "..", ".."));
}

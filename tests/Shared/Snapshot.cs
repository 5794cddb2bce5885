using System.Reflection;
using System.Runtime.CompilerServices;
using Xunit;

namespace Harness.Tests.Shared;

/// <summary>
/// Compares a text with the one committed as <c>Snapshots/&lt;Class&gt;.&lt;Method&gt;.verified.md</c> beside the test's source file, byte for byte.
/// On a difference the new text is left beside it as <c>.received.md</c>; <c>HARNESS_ACCEPT=1</c> takes every new text as it is.
/// Named as Verify names its files, so that a move to Verify renames nothing.
/// </summary>
public static class Snapshot
{
    /// <summary>Fails the running test where <paramref name="actual"/> is not the committed text.</summary>
    public static void Match(string actual, string extension = "md", [CallerFilePath] string testFile = "", [CallerMemberName] string method = "")
    {
        var name = Path.Combine(Path.GetDirectoryName(testFile)!, "Snapshots", $"{Path.GetFileNameWithoutExtension(testFile)}.{method}");
        var (verified, received) = ($"{name}.verified.{extension}", $"{name}.received.{extension}");
        var expected = File.Exists(verified) ? File.ReadAllText(verified) : null;
        if (expected == actual)
        {
            File.Delete(received);
            return;
        }

        var accepted = Environment.GetEnvironmentVariable("HARNESS_ACCEPT") == "1";
        Directory.CreateDirectory(Path.GetDirectoryName(name)!);
        File.WriteAllText(accepted ? verified : received, actual);
        if (!accepted)
        {
            Assert.Fail($"{Difference(expected, actual)}\nTo accept the new text: mv '{received}' '{verified}'");
        }
    }

    /// <summary>Snapshots under the caller's folder that no test of <paramref name="tests"/> is named for.</summary>
    public static IReadOnlyList<string> Dangling(Assembly tests, [CallerFilePath] string anyTestFile = "")
    {
        var named = tests.GetTypes()
            .SelectMany(type => type.GetMethods().Where(method => method.GetCustomAttributes<FactAttribute>(inherit: true).Any())
                .Select(method => $"{type.Name}.{method.Name}"))
            .ToHashSet();
        return [.. Directory.EnumerateFiles(Path.GetDirectoryName(anyTestFile)!, "*.verified.*", SearchOption.AllDirectories)
            .Select(file => Path.GetFileName(file))
            .Where(file => !named.Contains(file[..file.IndexOf(".verified.", StringComparison.Ordinal)]))
            .Order(StringComparer.Ordinal)];
    }

    private static string Difference(string? expected, string actual)
    {
        if (expected is null)
        {
            return "There is no snapshot yet.";
        }

        var (before, after) = (expected.Split('\n'), actual.Split('\n'));
        var line = before.Zip(after).TakeWhile(pair => pair.First == pair.Second).Count();
        return $"The text differs from its snapshot at line {line + 1}.\n  snapshot: {At(before, line)}\n  received: {At(after, line)}";
    }

    private static string At(string[] lines, int line) => line < lines.Length ? lines[line] : "(the text has ended)";
}

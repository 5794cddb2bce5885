using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;

namespace Harness.Cli.CommandLine;

/// <summary><c>harness 0.1.0+commit</c>.</summary>
internal sealed class VersionLine : SynchronousCommandLineAction
{
    /// <summary>This program's version.</summary>
    public static string Version { get; } =
        typeof(VersionLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parsed)
    {
        parsed.InvocationConfiguration.Output.WriteLine($"harness {Version}");
        return 0;
    }
}

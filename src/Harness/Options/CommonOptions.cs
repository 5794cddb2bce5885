using System.CommandLine;

namespace Harness.Cli.Options;

/// <summary>Options that most verbs share, described once.</summary>
internal static class CommonOptions
{
    /// <summary>--model.</summary>
    public static Option<string> Model() => OptionFactory.Required("--model", "DIR", "Checkpoint folder: config.json beside safetensors.");

    /// <summary>--json.</summary>
    public static Option<string?> Json() => OptionFactory.Written(OptionFactory.Text("--json", "FILE", "Also write the result as JSON (docs/json.md)."));

    /// <summary>--data.</summary>
    public static Option<string?> Data() => OptionFactory.Text("--data", "ROOT", "Datasets in hub layout, ROOT/allenai/c4/en for example (default: HARNESS_DATA).");
}

using System.CommandLine;
using System.CommandLine.Parsing;
using Harness.Data.Hub;

namespace Harness.Cli.Options;

/// <summary>Options that most verbs share, described once.</summary>
internal static class CommonOptions
{
    private const string ModelValue = "DIR|ORG/NAME";
    private const string ModelDescription = "Checkpoint folder (config.json beside safetensors), or a model that harness download has fetched.";

    /// <summary>--model, as the folder that it stands for.</summary>
    public static Option<string> Model()
    {
        var option = OptionFactory.Required("--model", ModelValue, ModelDescription);
        option.CustomParser = Folder;
        return option;
    }

    /// <summary>--model where there is work without one.</summary>
    public static Option<string?> ModelIfAny()
    {
        var option = OptionFactory.Text("--model", ModelValue, ModelDescription);
        option.CustomParser = Folder;
        return option;
    }

    /// <summary>--json.</summary>
    public static Option<string?> Json() => OptionFactory.Written(OptionFactory.Text("--json", "FILE", "Also write the result as JSON (docs/json.md)."));

    /// <summary>--adapter of a model that is only computed.</summary>
    public static Option<string?> Adapter() => OptionFactory.Text("--adapter", "DIR", "Compute with this LoRA adapter beside the weights: a folder that finetune or PEFT has written.");

    /// <summary>--data.</summary>
    public static Option<string?> Data() => OptionFactory.Text("--data", "ROOT", "Datasets in hub layout, ROOT/allenai/c4/en for example (default: HARNESS_DATA and what harness download has fetched).");

    private static string? Folder(ArgumentResult given)
    {
        try
        {
            return HubModels.Folder(given.Tokens[0].Value, HubEnvironment.OfProcess());
        }
        catch (InputException e)
        {
            given.AddError(e.Message);
            return null;
        }
    }
}

using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Harness.Cli.Llmc;

/// <summary>
/// A YAML file's content as JSON, its scalars typed as PyYAML types them: of YAML 1.1, <c>yes</c> and <c>off</c> are truth values and <c>1e-4</c> is a text. Anchors
/// and merge keys are resolved.
/// Deviation: whole numbers in bases other than ten, and times such as <c>2:30</c>, stay texts.
/// </summary>
internal static partial class YamlJson
{
    /// <summary>Reads a file of one document.</summary>
    /// <exception cref="InputException">It cannot be read, or is no YAML.</exception>
    public static string Read(string path)
    {
        try
        {
            using var text = new StreamReader(path);
            var stream = new YamlStream();
            stream.Load(new MergingParser(new Parser(text)));
            return stream.Documents is [var document] ? Node(document.RootNode)?.ToJsonString() ?? "null"
                : throw new InputException($"{path} holds {stream.Documents.Count} YAML documents; one was expected.");
        }
        catch (YamlException e)
        {
            throw new InputException($"{path}, line {e.Start.Line}, column {e.Start.Column}: this is not YAML: {e.Message.TrimEnd('.')}.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} cannot be read: {e.Message.TrimEnd('.')}. Give the path of an llmc config.", e);
        }
    }

    private static JsonNode? Node(YamlNode node) => node switch
    {
        YamlMappingNode mapping => new JsonObject(mapping.Children.Select(child => KeyValuePair.Create(Key(child.Key), Node(child.Value)))),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(Node)]),
        YamlScalarNode { Style: not ScalarStyle.Plain } text => text.Value,
        YamlScalarNode plain => Plain(plain.Value ?? ""),
        _ => throw new YamlException(node.Start, node.End, $"a {node.NodeType} was not expected"),
    };

    private static string Key(YamlNode node) => node is YamlScalarNode { Value: { } name } ? name : throw new YamlException(node.Start, node.End, "a key must be a plain word");

    private static JsonNode? Plain(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => null,
        "true" or "True" or "TRUE" or "yes" or "Yes" or "YES" or "on" or "On" or "ON" => true,
        "false" or "False" or "FALSE" or "no" or "No" or "NO" or "off" or "Off" or "OFF" => false,
        _ when Whole().IsMatch(text) && long.TryParse(text.Replace("_", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => whole,
        _ when Fraction().IsMatch(text) => double.Parse(text.Replace("_", "", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture),
        _ => text,
    };

    [GeneratedRegex(@"^[-+]?(0|[1-9][0-9_]*)\z")]
    private static partial Regex Whole();

    [GeneratedRegex(@"^[-+]?([0-9][0-9_]*)?\.[0-9][0-9_]*([eE][-+][0-9]+)?\z|^[-+]?[0-9][0-9_]*\.([eE][-+][0-9]+)?\z")]
    private static partial Regex Fraction();
}

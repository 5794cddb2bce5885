using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Harness.Bench;

/// <summary>The tables of one run, printed as they come about and written to a folder in the end.</summary>
internal sealed class BenchReport(TextWriter console)
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly StringBuilder _markdown = new();
    private readonly JsonObject _json = [];

    /// <summary>The report as Markdown.</summary>
    public string Markdown => _markdown.ToString();

    /// <summary>Says what is measured.</summary>
    public void Begin()
    {
        _json["machine"] = Machine.Description;
        _json["loadBefore"] = Machine.Load;
        Write($"{Machine.Description}. Load when it began: {Machine.Load}.\n");
    }

    /// <summary>Adds a table.</summary>
    public void Add(Section section)
    {
        _json[section.Name] = section.ToJson();
        Write(section.ToMarkdown());
    }

    /// <summary>Writes bench.md and bench.json.</summary>
    public void Save(string folder)
    {
        _json["loadAfter"] = Machine.Load;
        Write($"Load in the end: {Machine.Load}.");
        Durable.WriteText(Path.Combine(folder, "bench.md"), Markdown);
        Durable.WriteText(Path.Combine(folder, "bench.json"), _json.ToJsonString(Json) + "\n");
    }

    private void Write(string text)
    {
        _markdown.Append(text).Append('\n');
        console.WriteLine(text);
    }
}

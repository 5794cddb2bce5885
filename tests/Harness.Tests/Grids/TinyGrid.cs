using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Harness.Tests.Grids;

/// <summary>A results folder with one grid, a tiny model and a data root that holds a little C4.</summary>
internal sealed class TinyGrid : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TinyGrid(params string[] sparsities)
        : this(3, sparsities)
    {
    }

    public TinyGrid(int layers, params string[] sparsities)
    {
        Model = new TinyLlama { Layers = layers }.Write(_folder["tiny"]);
        WriteC4("c4-train.00000-of-01024.json.gz");
        WriteC4("c4-validation.00000-of-00008.json.gz");
        TinyTasks.Write(Data);
        Directory.CreateDirectory(Folder);
        File.WriteAllText(GridFile, JsonSerializer.Serialize(new
        {
            title = "Tiny",
            methods = new[] { "dense", "magnitude", "wanda", "sparsegpt" },
            sparsities,
            calibration = new { corpus = "c4", samples = 4, length = 32, seed = 0 },
            propagate = "sequential",
            dtype = "float32",
            evaluations = new object[] { new { task = "c4", length = 32, limit = 4 }, new { task = "boolq", limit = 8 }, new { task = "winogrande" } },
        }));
    }

    public string Model { get; }

    public string Data => _folder["data"];

    public string Results => _folder["results"];

    public string Folder => Path.Combine(Results, "tiny-grid");

    private string GridFile => Path.Combine(Folder, "grid.json");

    public string Cache => _folder["cache"];

    /// <summary>Makes the grid calibrate on a file whose samples differ in length.</summary>
    public void CalibrateOnShortRows()
    {
        var rows = _folder.Write("rows.jsonl", string.Join('\n', Enumerable.Range(0, 10).Select(row => $$"""{"text": "{{new string((char)('a' + row), 5 * row)}}"}""")));
        Edit("\"corpus\":\"c4\"", $"\"corpus\":\"{rows}\",\"preproc\":\"pileval_smooth\"");
    }

    /// <summary>Gives the grid recoveries, each as JSON or a plain name, and leaves sparsegpt out.</summary>
    public void Recover(params IEnumerable<string> recoveries)
    {
        var grid = JsonNode.Parse(File.ReadAllText(GridFile))!;
        grid["methods"] = new JsonArray("dense", "magnitude", "wanda");
        grid["recoveries"] = new JsonArray([.. recoveries.Select(recovery => recovery[0] == '{' ? JsonNode.Parse(recovery) : JsonValue.Create(recovery))]);
        File.WriteAllText(GridFile, grid.ToJsonString());
    }

    /// <summary>Replaces a part of the grid's text.</summary>
    public void Edit(string old, string text) => File.WriteAllText(GridFile, File.ReadAllText(GridFile).Replace(old, text));

    /// <summary>Runs a verb of the grid on its model and data.</summary>
    public ProgramResult Run(string verb, params string[] more) => Run(new StringWriter(), verb, more);

    /// <summary>The same with notes that can be listened to.</summary>
    public ProgramResult Run(StringWriter notes, string verb, params string[] more) =>
        Program.Run(notes, ["grid", verb, "tiny-grid", "--results", Results, "--models", Model, "--data", Data, .. more]);

    /// <summary>The bytes of every record, by file name.</summary>
    public SortedDictionary<string, string> Records() =>
        new(Directory.EnumerateFiles(Path.Combine(Folder, "cells")).ToDictionary(file => Path.GetFileName(file), File.ReadAllText), StringComparer.Ordinal);

    public void Dispose() => _folder.Dispose();

    private void WriteC4(string name)
    {
        var path = Path.Combine(Data, "allenai", "c4", "en", name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var stream = new GZipStream(File.Create(path), CompressionLevel.Fastest);
        for (var document = 0; document < 40; document++)
        {
            var text = string.Join(' ', Enumerable.Range(0, 30).Select(word => $"{name.Length}w{document * 31 + word * 7}"));
            stream.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { text }) + "\n"));
        }
    }
}

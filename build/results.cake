// The job itself: grids of cells, run by the executable.

string Table2Grid() => Optional("grid") ?? (Optional("models") is null ? "samples" : "table2");

/// The main job. With nothing given it measures the embedded samples on this machine, beside the committed records, and says how to run the real one.
void ReproduceTable2()
{
    if (Optional("grid") is not null || Optional("models") is not null)
    {
        RunGrid(Table2Grid());
        return;
    }
    string results = System.IO.Path.GetFullPath("artifacts/reproduced");
    System.IO.Directory.CreateDirectory($"{results}/samples");
    foreach (string file in new[] { "grid.json", "published.json" })
        System.IO.File.Copy($"results/samples/{file}", $"{results}/samples/{file}", overwrite: true);
    RunGrid("samples", "--results", results);
    Console.WriteLine($"Measured on this machine (records in {results}), on the small models in samples/.");
    Console.WriteLine("For a model of the papers, fetch it and the texts, and name it: ./harness download wikitext2 c4 ORG/NAME, then ./build.sh --target=ReproduceTable2 --models=ORG/NAME; or give your own folders: --models=DIR,DIR --data=ROOT.");
}

void RunGrid(string grid, params string[] more)
{
    int code = TryRun("dotnet", [ExePath, "grid", "run", grid, .. Inputs(grid), .. more]);
    if (code != 0) // 1: a cell failed, which the table shows
        Environment.Exit(code);
}

void WriteTables()
{
    foreach (string grid in Grids())
        Harness("grid", "tables", grid);
}

void CheckGrids()
{
    foreach (string grid in Grids())
    {
        if (NamedModels(grid) is null)
            Console.WriteLine($"results/{grid} is not checked: its models are neither in samples/models nor all in {Pack}/models.");
        else
            Harness(["grid", "check", grid, .. Inputs(grid)]);
    }
}

/// What a grid runs on: the command line's checkpoints and datasets, else what is embedded in samples/, else those of the reference pack; where that is absent, the executable's own defaults.
string[] Inputs(string grid)
{
    string models = Optional("models") is { } folders ? string.Join(",", folders.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Checkpoint)) : NamedModels(grid);
    string data = Optional("data") is { } root ? FromCaller(root)
        : Optional("models") is null && NamedModels(grid, "samples") is not null ? System.IO.Path.GetFullPath("samples/data")
        : !HasEnvironmentVariable("HARNESS_DATA") && System.IO.Directory.Exists($"{Pack}/data") ? $"{Pack}/data" : null;
    return [.. models is null ? Array.Empty<string>() : ["--models", models], .. data is null ? Array.Empty<string>() : ["--data", data]];
}

/// A folder as the caller sees it, or the name of a model that was fetched.
string Checkpoint(string name) => System.IO.Directory.Exists(FromCaller(name)) ? FromCaller(name) : name;

string Pack => System.IO.Path.GetFullPath(EnvironmentVariable("HARNESS_REFERENCE") ?? "../shared/reference");

/// The folders of the models that results/NAME/grid.json names, embedded or in the reference pack; null when it names none or one is not there.
string NamedModels(string grid) => NamedModels(grid, "samples") ?? NamedModels(grid, Pack);

string NamedModels(string grid, string place)
{
    string file = $"results/{grid}/grid.json";
    if (!System.IO.File.Exists(file))
        return null;
    using var json = System.Text.Json.JsonDocument.Parse(System.IO.File.ReadAllText(file),
        new() { CommentHandling = System.Text.Json.JsonCommentHandling.Skip, AllowTrailingCommas = true });
    string[] folders = !json.RootElement.TryGetProperty("models", out var names) ? [] : [.. names.EnumerateArray().Select(name => System.IO.Path.GetFullPath($"{place}/models/{name.GetString()}"))];
    return folders.Length == 0 || !folders.All(System.IO.Directory.Exists) ? null : string.Join(",", folders.Select(Unpacked));
}

/// The pack keeps one checkpoint as GGUF and makes its Hugging Face folder on first use.
string Unpacked(string folder) =>
    System.IO.Directory.GetFiles(folder, "*.gguf").Length == 0 ? folder : Output($"{Pack}/models/unpack");

IEnumerable<string> Grids() =>
    System.IO.Directory.GetFiles("results", "grid.json", System.IO.SearchOption.AllDirectories)
        .Select(file => System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(file))).Order();

void Harness(params string[] arguments) => Run("dotnet", [ExePath, .. arguments]);

// The job itself: grids of cells, run by the executable.

void ReproduceTable2()
{
    string grid = Optional("grid"), models = Optional("models");
    if (grid is not null || models is not null)
    {
        RunGrid(grid ?? "table2");
        return;
    }
    string pack = EnvironmentVariable("HARNESS_REFERENCE") ?? "../shared/reference";
    string model = System.IO.Path.GetFullPath($"{pack}/models/tinystories-656k");
    if (!System.IO.Directory.Exists(model))
        Stop(2, $"There is no checkpoint to run on (looked for {model}): pass --models=DIR,DIR with Hugging Face folders of Llama or OPT models, and --data=ROOT with Salesforce/wikitext and allenai/c4 below it.");
    RunGrid("tinystories", model, DataRoot() ?? System.IO.Path.GetFullPath($"{pack}/data"));
}

/// A grid on the command line's checkpoints and datasets, or on those that its grid.json names.
void RunGrid(string grid) =>
    RunGrid(grid, Optional("models") is { } models ? string.Join(",", models.Split(',').Select(FromCaller)) : null, DataRoot());

void RunGrid(string grid, string models, string data)
{
    Harness(["grid", "run", grid, .. Option("--models", models), .. Option("--data", data)]);
    Console.Write(System.IO.File.ReadAllText($"results/{grid}/scores.md"));
}

string DataRoot() => Optional("data") is { } data ? FromCaller(data) : null;

string[] Option(string name, string value) => value is null ? [] : [name, value];

void WriteTables()
{
    foreach (string grid in Grids())
        Harness("grid", "tables", grid);
}

void CheckGrids()
{
    foreach (string grid in Grids())
        Harness("grid", "check", grid);
}

IEnumerable<string> Grids() =>
    System.IO.Directory.GetFiles("results", "grid.json", System.IO.SearchOption.AllDirectories)
        .Select(file => System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(file))).Order();

void Harness(params string[] arguments) => Run("dotnet", [ExePath, .. arguments]);

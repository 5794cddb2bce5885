// Figures of this machine: artifacts/bench/bench.md and bench.json.

void RunBench() => Run("dotnet", ["run", "--project", "bench", "-c", "Release", "--no-build", "--", .. GivenPaths("models", "data", "page"), .. Optional("only") is string only ? ["--only", .. only.Split(',')] : Array.Empty<string>()]);

/// Options that name paths, as the command line gave them.
IEnumerable<string> GivenPaths(params string[] names) => names.Where(name => Optional(name) != null)
    .SelectMany(name => new[] { $"--{name}", string.Join(",", Optional(name).Split(',').Select(FromCaller)) });

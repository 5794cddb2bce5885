// The command line: --target=NAME and what each target takes besides.

Dictionary<string, string[]> parametersOf = new(StringComparer.OrdinalIgnoreCase)
{
    ["ReproduceTable2"] = ["[--models=DIR,DIR]", "[--data=ROOT]", "[--grid=NAME]"],
    ["Bench"] = ["[--models=DIR,DIR]", "[--data=ROOT]", "[--page=FILE]", "[--only=SECTION,SECTION]"],
    ["Grid"] = ["--grid=NAME", "[--models=DIR,DIR]", "[--data=ROOT]"],
};

/// A bad command line ends the build before any work: one sentence, exit code 2.
void CheckArguments()
{
    if (!Tasks.Any(task => Same(task.Name, target)))
        Stop(2, $"Unknown target '{target}'.{Nearest(target, Targets())} Known: {string.Join(", ", Targets())}.");
    var usages = parametersOf.GetValueOrDefault(target, []).ToDictionary(usage => usage[(usage.IndexOf("--") + 2)..usage.IndexOf('=')]);
    var given = Context.Arguments.GetArguments();
    foreach (var (name, values) in given.Where(argument => argument.Key != "target" && !argument.Key.StartsWith("Settings_"))) // Cake's own
    {
        if (!usages.TryGetValue(name, out string usage))
            Stop(2, $"Target {target} takes no --{name}.{Nearest(name, usages.Keys)} " + (usages.Count == 0 ? "It has no parameters." : $"It takes {string.Join(" ", usages.Values)}."));
        if (values.Count != 1 || string.IsNullOrEmpty(values.First()))
            Stop(2, $"--{name} was given {(values.Count > 1 ? "more than once" : "without a value")}; target {target} takes {usage}.");
    }
    if (usages.Keys.FirstOrDefault(name => usages[name][0] != '[' && !given.ContainsKey(name)) is { } missing)
        Stop(2, $"Target {target} needs {usages[missing]}.");
}

string Optional(string name) => Argument<string>(name, null);

/// Paths on the command line are relative to where build.sh was called.
string FromCaller(string path) =>
    System.IO.Path.GetFullPath(path, EnvironmentVariable("BUILD_CALLER") ?? System.IO.Directory.GetCurrentDirectory());

void PrintHelp()
{
    Console.WriteLine("./build.sh --target=NAME [parameters]\n");
    foreach (var task in Tasks.Where(task => task.Description != null))
    {
        Console.WriteLine($"  {task.Name,-16} {task.Description}");
        if (parametersOf.TryGetValue(task.Name, out string[] usages))
            Console.WriteLine($"  {"",-18} {string.Join(" ", usages)}");
    }
}

IEnumerable<string> Targets() => Tasks.Where(task => task.Description != null).Select(task => task.Name);

bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);

string Nearest(string name, IEnumerable<string> known)
{
    string best = known.MinBy(candidate => Distance(name.ToLowerInvariant(), candidate.ToLowerInvariant()));
    return best != null && Distance(name.ToLowerInvariant(), best.ToLowerInvariant()) <= 3 ? $" Did you mean '{best}'?" : "";
}

int Distance(string a, string b)
{
    int[] row = [.. Enumerable.Range(0, b.Length + 1)];
    for (int i = 0; i < a.Length; i++)
    {
        int diagonal = row[0]++;
        for (int j = 0; j < b.Length; j++)
            (diagonal, row[j + 1]) = (row[j + 1], Math.Min(Math.Min(row[j], row[j + 1]) + 1, diagonal + (a[i] == b[j] ? 0 : 1)));
    }
    return row[^1];
}

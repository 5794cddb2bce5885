// Tests are xunit.v3 executables, one for each room; each writes a CTRF report, from which the counts are taken.

void RunTests()
{
    int passed = 0, failed = 0, skipped = 0;
    System.IO.Directory.CreateDirectory("artifacts/tests");
    foreach (string project in System.IO.Directory.GetDirectories("tests", "*.Tests").Order())
    {
        string name = System.IO.Path.GetFileName(project);
        string report = System.IO.Path.GetFullPath($"artifacts/tests/{name}.json");
        System.IO.File.Delete(report);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        int code = TryRun("dotnet", $"{project}/bin/Release/net10.0/{name}.dll", "-noLogo", "-noColor", "-reporter", "quiet", "-ctrf", report);
        var (good, bad, left) = Counts(report);
        if (code != 0 && bad == 0) // a crash, or a fixture that failed outside any test
        {
            Console.WriteLine($"{name} ended with exit code {code} though no test failed; that counts as one failure.");
            bad = 1;
        }
        Console.WriteLine($"{name,-20}{good,6} passed{bad,4} failed{left,5} skipped{clock.Elapsed.TotalSeconds,8:0.0} s");
        (passed, failed, skipped) = (passed + good, failed + bad, skipped + left);
    }
    if (skipped > 0)
        Console.WriteLine($"{skipped} skipped, for the reasons above");
    Console.WriteLine($"{passed} passed, {failed} failed");
    if (failed > 0)
        Environment.Exit(1);
}

(int Passed, int Failed, int Skipped) Counts(string ctrf)
{
    if (!System.IO.File.Exists(ctrf))
        return default;
    using var document = System.Text.Json.JsonDocument.Parse(System.IO.File.ReadAllText(ctrf));
    var summary = document.RootElement.GetProperty("results").GetProperty("summary");
    int Count(string key) => summary.GetProperty(key).GetInt32();
    return (Count("passed"), Count("failed"), Count("skipped"));
}

// The targets, a sentence each. Cake runs a script from its own folder; everything here runs from the repository's root.
System.IO.Directory.SetCurrentDirectory("..");

#load "parameters.cake"
#load "process.cake"
#load "native.cake"
#load "tests.cake"
#load "results.cake"
#load "bench.cake"

var target = Argument("target", "Help");

Task("Help")
    .Description("Lists the targets (as --help does).")
    .Does(() => PrintHelp());

Task("ReproduceTable2")
    .Description("Prunes, measures and prints the table of the pruning papers: the given checkpoints, or else the small ones in samples/.")
    .IsDependentOn("Exe")
    .Does(() => ReproduceTable2());

Task("Grid")
    .Description("Runs the cells of results/NAME/grid.json that have no record yet, and prints its table.")
    .IsDependentOn("Exe")
    .Does(() => RunGrid(Optional("grid")));

Task("Tables")
    .Description("Writes the tables of every grid again from its committed records.")
    .IsDependentOn("Exe")
    .Does(() => WriteTables());

Task("Test")
    .Description("Builds everything and runs all tests.")
    .IsDependentOn("Build")
    .Does(() => RunTests());

Task("Bench")
    .Description("Measures operator calls, tokenisers, GEMM and the pruning of a real model beside its floor.")
    .IsDependentOn("Build")
    .Does(() => RunBench());

Task("Build")
    .Description("Builds the native part and the solution.")
    .IsDependentOn("Native")
    .Does(() => DotNetBuildRelease("Harness.sln"));

Task("Native")
    .Description("Builds artifacts/native/libharness_torch.so against the libtorch found.")
    .Does(() => BuildNative());

Task("Publish")
    .Description("Writes the self-contained form for linux-x64, one folder: artifacts/publish/harness.")
    .IsDependentOn("Native")
    .Does(() => Publish());

Task("CI")
    .Description("What every change must pass: locked restore, no warnings, all tests; the last line is `N passed, N failed`.")
    .IsDependentOn("Test");

Task("Nightly")
    .Description("CI, then runs every committed grid afresh and compares it with its records, then Bench.")
    .IsDependentOn("CI")
    .IsDependentOn("Exe")
    .Does(() => CheckGrids())
    .Does(() => RunBench());

Task("Clean")
    .Description("Removes everything that a build has made.")
    .Does(() => Clean());

// Steps of other targets; without a description the help leaves them out.

Task("Exe") // for ./harness as well
    .IsDependentOn("Native")
    .Does(() => BuildExe());

CheckArguments();
RunTarget(target);

// What is compiled: the native part with cmake, the rest with dotnet. Both do nothing when nothing changed.

const string ExePath = "src/Harness/bin/Release/net10.0/harness.dll";
const string ExeStamp = "artifacts/harness.stamp"; // as old as the sources it was built from: ./harness compares

void BuildNative()
{
    const string build = "artifacts/cmake";
    string libtorch = EnvironmentVariable("HARNESS_LIBTORCH") ?? "/usr";
    string cache = $"{build}/CMakeCache.txt";
    if (System.IO.File.Exists(cache) && !System.IO.File.ReadLines(cache).Contains($"HARNESS_LIBTORCH:PATH={libtorch}"))
        System.IO.Directory.Delete(build, recursive: true); // cmake would keep the libraries of the libtorch that it found first
    Console.WriteLine($"cmake src/Torch/Native, libtorch of {libtorch}");
    if (!System.IO.File.Exists(cache))
        Output("cmake", "-S", "src/Torch/Native", "-B", build, $"-DHARNESS_LIBTORCH:PATH={libtorch}",
            $"-DCMAKE_LIBRARY_OUTPUT_DIRECTORY={System.IO.Path.GetFullPath("artifacts/native")}");
    Output("cmake", "--build", build, "--parallel", Environment.ProcessorCount.ToString());
}

void DotNetBuildRelease(string project)
{
    Console.WriteLine($"dotnet build {project}");
    bool locked = Same(target, "CI") || Same(target, "Nightly");
    Output("dotnet", "build", project, "-c", "Release", "-v", "quiet", "-nologo", $"-p:RestoreLockedMode={locked}");
}

void BuildExe()
{
    DateTime start = DateTime.UtcNow;
    DotNetBuildRelease("src/Harness");
    System.IO.File.WriteAllText(ExeStamp, "");
    System.IO.File.SetLastWriteTimeUtc(ExeStamp, start);
}

void Publish()
{
    const string folder = "artifacts/publish/harness";
    if (System.IO.Directory.Exists(folder))
        System.IO.Directory.Delete(folder, recursive: true);
    Console.WriteLine("dotnet publish src/Harness");
    Output("dotnet", "publish", "src/Harness", "-c", "Release", "-r", "linux-x64", "--self-contained", "-o", folder, "-v", "quiet", "-nologo",
        "-p:AllowedReferenceRelatedFileExtensions=none", "-p:PublishDocumentationFile=false", "-p:CopyOutputSymbolsToPublishDirectory=false",
        "-p:NuGetLockFilePath=obj/publish.lock.json"); // the runtime of linux-x64 belongs to this form alone, so the committed lock stays out of it
    Console.WriteLine($"{folder}/harness");
}

void Clean() =>
    DeleteDirectories(GetDirectories("./artifacts") + GetDirectories("./{src,tests,bench}/**/{bin,obj}"), new() { Recursive = true });

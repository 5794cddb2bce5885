using TorchSharp.Native;

namespace Harness.Torch.Tests;

public sealed class LibTorchLocationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("harness-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Missing_library_says_how_to_build_it() =>
        Should.Throw<DllNotFoundException>(() => LibTorchLocation.Load(_folder, null)).Message
            .ShouldBe($"libharness_torch.so not found in {_folder}. Build it: ./build.sh --target=Native.");

    [Fact]
    public void Missing_libtorch_says_where_it_was_looked_for_and_how_to_install_it() =>
        LibTorchLocation.Sentence("Unable to load shared library.\nlibtorch_cpu.so: cannot open shared object file: No such file or directory\n", null).ShouldBe(
            "libtorch not found (looked in HARNESS_LIBTORCH, which is not set, the libtorch this was built against, the system's library path). "
            + "Install it: apt-get install libtorch-dev libopenblas0-openmp; if another version is installed, rebuild: ./build.sh --target=Native.");

    [Fact]
    public void Missing_libtorch_names_the_chosen_folder() =>
        LibTorchLocation.Sentence("libc10.so: cannot open shared object file: No such file or directory", "/opt/libtorch").ShouldStartWith("libtorch not found (looked in HARNESS_LIBTORCH=/opt/libtorch, ");

    [Fact]
    public void Damaged_library_repeats_what_the_loader_says()
    {
        File.WriteAllText(Path.Combine(_folder, "libharness_torch.so"), "no library");

        Should.Throw<DllNotFoundException>(() => LibTorchLocation.Load(_folder, null)).Message
            .ShouldMatch(@"^libharness_torch\.so cannot be loaded \(.*libharness_torch\.so: .*\)\. Rebuild it: \./build\.sh --target=Native\.$");
    }
}

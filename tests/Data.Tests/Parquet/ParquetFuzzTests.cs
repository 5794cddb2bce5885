using Harness.Data.Parquet;
using Harness.Tests.Shared;

namespace Harness.Data.Tests.Parquet;

public sealed class ParquetFuzzTests
{
    [Theory]
    [MemberData(nameof(ParquetCasesTests.Names), MemberType = typeof(ParquetCasesTests))]
    public void Reads_damaged_files_or_refuses_them_with_a_sentence(string name)
    {
        var sound = File.ReadAllBytes(ReferencePack.Path("data", "parquet-cases", name + ".parquet"));
        using var folder = new TemporaryFolder();
        var random = new Random(1);
        for (var round = 0; round < 40; round++)
        {
            var damaged = round % 4 == 0 ? sound[..random.Next(sound.Length)] : sound.ToArray();
            for (var flips = round % 4; flips > 0; flips--)
            {
                // half of the damage goes where it hurts most: the footer
                var at = round % 2 == 0 ? random.Next(damaged.Length) : damaged.Length - 1 - random.Next(damaged.Length / 4);
                damaged[at] = (byte)random.Next(256);
            }

            var path = folder.Bytes("damaged.parquet", damaged);
            try
            {
                using var file = ParquetFile.Open(path);
                file.Rows().Take(5000).Count();
            }
            catch (InputException e)
            {
                e.Message.ShouldStartWith(path);
            }
        }
    }
}

using System.IO.Compression;
using System.Text.Json;
using Harness.Data.Corpora;
using Harness.Data.Hub;
using Harness.Models.Tokenizers;

namespace Harness.Models.Tests.Tokenizers;

/// <summary>The ids and texts the original libraries give for the pack's tokenizers.</summary>
public sealed class ReferenceTokenizerTests
{
    public static TheoryData<string> Names { get; } =
    [
        "gpt2", "llama2", "llama2-fast", "llama3", "metaspace-first", "mistral-v1", "mistral-v7", "opt", "qwen2", "smollm2", "stories260k", "tinystories-656k",
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public void Gives_the_same_ids_and_texts(string name)
    {
        var tokenizer = Tokenizer.Load(Folder(name));
        var wrong = new List<string>();
        foreach (var line in File.ReadLines(ReferencePack.Path("tokenizers", name, "cases.jsonl")))
        {
            var expected = JsonSerializer.Deserialize<Case>(line, JsonSerializerOptions.Web)!;
            var ids = tokenizer.Encode(expected.Text);
            var plain = tokenizer.Encode(expected.Text, addSpecialTokens: false);
            Compare(expected, "ids", expected.Ids, ids, wrong);
            Compare(expected, "ids without special tokens", expected.Ids_no_special, plain, wrong);
            if (tokenizer.Decode(expected.Ids) is var text && text != expected.Decoded)
            {
                wrong.Add($"case {expected.N}: decoded '{text}' instead of '{expected.Decoded}'");
            }

            ((long)ids.Length).ShouldBeLessThanOrEqualTo(tokenizer.MaxTokens(System.Text.Encoding.UTF8.GetByteCount(expected.Text)));
        }

        wrong.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Gives_the_same_ids_for_a_whole_corpus_in_one_text(string name)
    {
        var text = Wikitext.Test(new DataRoot(ReferencePack.Path("data"))).Text();
        var tokenizer = Tokenizer.Load(Folder(name));
        var expected = Info(name).GetProperty("corpora").GetProperty("wikitext2_test");
        ContentKey.OfIds(tokenizer.Encode(text)).ShouldBe(expected.GetProperty("sha256").GetString());
        ContentKey.OfIds(tokenizer.Encode(text, addSpecialTokens: false)).ShouldBe(expected.GetProperty("no_special").GetProperty("sha256").GetString());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Gives_the_same_ids_for_web_documents(string name)
    {
        var tokenizer = Tokenizer.Load(Folder(name));
        var path = ReferencePack.Path("data", "allenai", "c4", "en", "c4-train.00000-of-01024.json.gz");
        using var lines = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        var ids = new List<int>();
        while (lines.ReadLine() is { } line)
        {
            ids.AddRange(tokenizer.Encode(JsonDocument.Parse(line).RootElement.GetProperty("text").GetString()!));
        }

        var expected = Info(name).GetProperty("corpora").GetProperty("c4_train_1000_per_document");
        ids.Count.ShouldBe(expected.GetProperty("tokens").GetInt32());
        ContentKey.OfIds([.. ids]).ShouldBe(expected.GetProperty("sha256").GetString());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Knows_the_size_of_the_vocabulary(string name) =>
        Tokenizer.Load(Folder(name)).VocabularySize.ShouldBe(Info(name).GetProperty("vocab_size").GetInt32());

    private static JsonElement Info(string name) => JsonElement.Parse(File.ReadAllBytes(ReferencePack.Path("tokenizers", name, "info.json")));

    private static string Folder(string name) => Info(name).TryGetProperty("files_in", out var folder)
        ? ReferencePack.Path(folder.GetString()!.Split('/'))
        : ReferencePack.Path("tokenizers", name);

    private static void Compare(Case expected, string what, int[] right, int[] given, List<string> wrong)
    {
        if (!right.AsSpan().SequenceEqual(given))
        {
            wrong.Add($"case {expected.N} '{expected.Text}': {what} {string.Join(' ', given)} instead of {string.Join(' ', right)}");
        }
    }

    private sealed record Case(int N, string Text, int[] Ids, int[] Ids_no_special, string Decoded);
}

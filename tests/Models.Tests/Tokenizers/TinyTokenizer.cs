using System.Text.Json;
using Harness.Models.Tokenizers;

namespace Harness.Models.Tests.Tokenizers;

/// <summary>A tokenizer made up in a test: a folder of files that is gone when the test is over.</summary>
internal sealed class TinyTokenizer : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string Folder => _folder.Path;

    /// <summary>A byte-pair tokenizer.json over single letters and what the merges make of them; options replace or add top-level members.</summary>
    public static TinyTokenizer Bpe(string letters, string[] merges, string options = "{}", string model = "{}") =>
        new TinyTokenizer().With("tokenizer.json", Json(letters, merges, options, model));

    public static string Json(string letters, string[] merges, string options = "{}", string model = "{}")
    {
        string[] tokens = [.. letters.EnumerateRunes().Select(rune => rune.ToString()), .. merges.Select(merge => merge.Replace(" ", ""))];
        var modelMembers = new Dictionary<string, object?>
        {
            ["type"] = "BPE",
            ["vocab"] = tokens.Distinct().Index().ToDictionary(item => item.Item, item => item.Index),
            ["merges"] = merges,
        };
        Override(modelMembers, model);
        var members = new Dictionary<string, object?> { ["added_tokens"] = Array.Empty<object>(), ["model"] = modelMembers };
        Override(members, options);
        return JsonSerializer.Serialize(members);
    }

    public TinyTokenizer With(string file, string content)
    {
        _folder.Write(file, content);
        return this;
    }

    public TinyTokenizer With(string file, byte[] content)
    {
        File.WriteAllBytes(Path.Combine(Folder, file), content);
        return this;
    }

    public Tokenizer Load() => Tokenizer.Load(Folder);

    /// <summary>The tokens a text becomes, without special tokens.</summary>
    public string[] Tokens(string text) => Tokens(text, addSpecialTokens: false);

    public string[] Tokens(string text, bool addSpecialTokens)
    {
        var tokenizer = Load();
        return [.. tokenizer.Encode(text, addSpecialTokens).Select(id => tokenizer.Token(id))];
    }

    /// <summary>The sentence that loading fails with; paths as FOLDER.</summary>
    public string Refusal() => Should.Throw<InputException>(Load).Message.Replace(Folder, "FOLDER");

    public void Dispose() => _folder.Dispose();

    private static void Override(Dictionary<string, object?> members, string json)
    {
        foreach (var (name, value) in JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)!)
        {
            members[name] = value;
        }
    }
}

namespace Harness.Models.Tokenizers.Formats;

/// <summary>A checkpoint folder as far as its tokenizer goes; remembers the files it was asked for.</summary>
internal sealed class TokenizerFolder
{
    // Part of the content key: raise it with any change that can move ids.
    private const int Version = 1;

    private readonly SortedSet<string> _used = new(StringComparer.Ordinal);

    public TokenizerFolder(string path)
    {
        Root = Directory.Exists(path) ? path : throw new InputException($"The folder {path} does not exist; expected a checkpoint folder with a tokenizer.");
    }

    /// <summary>The folder.</summary>
    public string Root { get; }

    /// <summary>Whether it has a file.</summary>
    public bool Has(string name) => File.Exists(Path.Combine(Root, name));

    /// <summary>The path of a file that counts into the content key.</summary>
    public string Use(string name)
    {
        _used.Add(name);
        return Path.Combine(Root, name);
    }

    /// <summary>A JSON file of the folder; where it is absent, all its members are missing.</summary>
    public Setting Json(string name) => Has(name) ? Setting.ReadObject(Use(name)) : new Setting(default, new Place(null, Path.Combine(Root, name)));

    /// <summary>Names the content of all files used so far.</summary>
    public string ContentKey()
    {
        var lines = _used.Where(Has).Select(name => $"{name} {Harness.ContentKey.OfFile(Path.Combine(Root, name))}");
        return Harness.ContentKey.OfText($"tokenizer {Version}\n{string.Join('\n', lines)}\n");
    }
}

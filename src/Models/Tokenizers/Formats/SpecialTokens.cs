namespace Harness.Models.Tokenizers.Formats;

/// <summary>What <c>tokenizer_config.json</c>, <c>special_tokens_map.json</c> and <c>added_tokens.json</c> say about special tokens.</summary>
internal sealed class SpecialTokens
{
    private static readonly string[] Roles = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"];

    private readonly TokenizerFolder _folder;
    private readonly Setting _map;

    public SpecialTokens(TokenizerFolder folder)
    {
        _folder = folder;
        Config = folder.Json("tokenizer_config.json");
        _map = folder.Json("special_tokens_map.json");
        foreach (var role in Roles)
        {
            if (Find(role) is { IsNull: false } token)
            {
                Named[role] = Content(token);
            }
        }
    }

    /// <summary>tokenizer_config.json; all its members are missing where the file is.</summary>
    public Setting Config { get; }

    /// <summary>Role (bos_token, …) → content.</summary>
    public Dictionary<string, string> Named { get; } = [];

    /// <summary>Gives a role its token where the folder names none.</summary>
    public void Default(string role, string content)
    {
        if (!Find(role).IsPresent)
        {
            Named[role] = content;
        }
    }

    /// <summary>
    /// All added tokens: those of <c>added_tokens_decoder</c> and <c>added_tokens.json</c> with their ids, then the named and additional
    /// ones, which get the next free ids where the vocabulary lacks them.
    /// </summary>
    public List<AddedToken> Added(Dictionary<string, int> vocabulary)
    {
        var added = new Dictionary<string, AddedToken>(StringComparer.Ordinal);
        if (Config["added_tokens_decoder"] is { IsNull: false } decoder)
        {
            foreach (var (id, token) in decoder.Members)
            {
                var read = ReadToken(int.TryParse(id, out var number) ? number : throw decoder.Unexpected($"ids as names instead of '{id}'"), token);
                added[read.Content] = read;
            }
        }

        var addedTokens = _folder.Json("added_tokens.json");
        foreach (var (content, id) in addedTokens.IsNull ? [] : addedTokens.Members)
        {
            added.TryAdd(content, new AddedToken(id.Integer, content, Special: false));
        }

        var next = Math.Max(vocabulary.Values.Max(), added.Values.Select(token => token.Id).DefaultIfEmpty(-1).Max()) + 1;
        foreach (var content in Named.Values.Concat(Additional()))
        {
            if (!added.ContainsKey(content))
            {
                added[content] = new AddedToken(vocabulary.TryGetValue(content, out var id) ? id : next++, content);
            }
        }

        return [.. added.Values];
    }

    /// <summary>The contents of all named and additional special tokens.</summary>
    public HashSet<string> All() => [.. Named.Values, .. Additional()];

    /// <summary>The flags of an added token as both kinds of file write them.</summary>
    public static AddedToken ReadToken(int id, Setting token)
    {
        var special = token["special"].Flag(absent: false);
        return new AddedToken(
            id,
            token["content"].Text,
            special,
            Normalized: token["normalized"].Flag(absent: !special),
            SingleWord: token["single_word"].Flag(absent: false),
            LeftStrip: token["lstrip"].Flag(absent: false),
            RightStrip: token["rstrip"].Flag(absent: false));
    }

    private static string Content(Setting token) => token.IsObject ? token["content"].Text : token.Text;

    private IEnumerable<string> Additional() => Config["additional_special_tokens"] is { IsNull: false } tokens ? tokens.Items.Select(Content) : [];

    // of the first file that speaks of the role; one that says null says there is no such token
    private Setting Find(string role) => Config[role].IsPresent ? Config[role] : _map[role];
}

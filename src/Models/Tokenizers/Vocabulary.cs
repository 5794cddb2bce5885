namespace Harness.Models.Tokenizers;

/// <summary>Tokens by id and ids by token.</summary>
internal sealed class Vocabulary
{
    private readonly Dictionary<int, string> _tokens = [];

    /// <param name="ids">Token → id of the model.</param>
    /// <param name="added">The added tokens, inside or outside the model's vocabulary.</param>
    public Vocabulary(Dictionary<string, int> ids, IEnumerable<AddedToken> added)
    {
        Ids = ids;
        foreach (var (token, id) in ids)
        {
            _tokens[id] = token;
        }

        foreach (var token in added)
        {
            _tokens[token.Id] = token.Content;
        }
    }

    /// <summary>Token → id of the model, without added tokens.</summary>
    public Dictionary<string, int> Ids { get; }

    /// <summary>Number of tokens, added ones included.</summary>
    public int Count => _tokens.Count;

    /// <summary>The token of an id, or null.</summary>
    public string? Token(int id) => _tokens.GetValueOrDefault(id);
}

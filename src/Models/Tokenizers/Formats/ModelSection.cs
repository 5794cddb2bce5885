using System.Text.Json;
using Harness.Models.Tokenizers.Algorithms;

namespace Harness.Models.Tokenizers.Formats;

/// <summary>The <c>model</c> of a tokenizer.json.</summary>
internal static class ModelSection
{
    private static readonly Dictionary<string, Func<Setting, (ITokenModel, Dictionary<string, int>)>> Kinds = new()
    {
        ["BPE"] = ReadBpe,
        ["Unigram"] = ReadUnigram,
        ["WordPiece"] = ReadWordPiece,
        ["WordLevel"] = ReadWordLevel,
    };

    /// <summary>Reads a model and its vocabulary.</summary>
    public static (ITokenModel Model, Dictionary<string, int> Vocabulary) Read(Setting setting) =>
        setting["type"].IsNull && !setting["merges"].IsNull ? ReadBpe(setting) : setting.Choose("model", Kinds);

    private static (ITokenModel, Dictionary<string, int>) ReadBpe(Setting setting)
    {
        foreach (var name in (string[])["continuing_subword_prefix", "end_of_word_suffix"])
        {
            if (setting[name] is { IsNull: false, Text: not "" } affix)
            {
                throw new InputException($"{affix.Where} is '{affix.Text}'; only BPE models without prefixes and suffixes inside words are known.");
            }
        }

        if (setting["dropout"] is { IsNull: false, Number: not 0 } dropout)
        {
            throw new InputException($"{dropout.Where} is {dropout.Number}; BPE dropout makes ids random, set it to null.");
        }

        var vocabulary = ReadVocabulary(setting["vocab"]);
        var unknown = new UnknownCharacters(
            setting["unk_token"].IsNull ? null : Unknown(setting["unk_token"], vocabulary),
            setting["fuse_unk"].Flag(absent: false),
            setting["byte_fallback"].Flag(absent: false) ? UnknownCharacters.FindBytes(vocabulary) : null);
        var merges = ReadMerges(setting["merges"], vocabulary);
        return (new Bpe(vocabulary, merges, unknown, setting["ignore_merges"].Flag(absent: false)), vocabulary);
    }

    // the vocabulary is a list of [piece, score]; a piece's id is its place
    private static (ITokenModel, Dictionary<string, int>) ReadUnigram(Setting setting)
    {
        var pieces = setting["vocab"].Items.Select((pair, id) => (pair.Items.First().Text, id, pair.Items.Last().Number)).ToArray();
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (text, id, _) in pieces)
        {
            vocabulary[text] = id;
        }

        var unknown = new UnknownCharacters(
            setting["unk_id"].IsNull ? null : setting["unk_id"].Integer,
            Fuse: true,
            setting["byte_fallback"].Flag(absent: false) ? UnknownCharacters.FindBytes(vocabulary) : null);
        return (new Unigram(pieces, pieces.Min(piece => piece.Number), isSingle: false, unknown), vocabulary);
    }

    private static (ITokenModel, Dictionary<string, int>) ReadWordPiece(Setting setting)
    {
        var vocabulary = ReadVocabulary(setting["vocab"]);
        var prefix = setting["continuing_subword_prefix"] is { IsNull: false, Text: var text } ? text : "##";
        var most = setting["max_input_chars_per_word"] is { IsNull: false, Integer: var number } ? number : 100;
        return (new WordPiece(vocabulary, prefix, Unknown(setting["unk_token"], vocabulary), most), vocabulary);
    }

    private static (ITokenModel, Dictionary<string, int>) ReadWordLevel(Setting setting)
    {
        var vocabulary = ReadVocabulary(setting["vocab"]);
        int? unknown = vocabulary.TryGetValue(setting["unk_token"].Text, out var id) ? id : null;
        return (new WordLevel(vocabulary, unknown, word => new InputException(
            $"{setting["vocab"].Where} has neither the word '{word}' nor the unknown token '{setting["unk_token"].Text}' that would stand for it.")), vocabulary);
    }

    private static int Unknown(Setting token, Dictionary<string, int> vocabulary) =>
        vocabulary.TryGetValue(token.Text, out var id) ? id : throw token.Unexpected("a token of the vocabulary");

    private static Dictionary<string, int> ReadVocabulary(Setting setting)
    {
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (token, id) in setting.Members)
        {
            vocabulary[token] = id.Integer;
        }

        return vocabulary;
    }

    // a merge is "left right" or, in newer files, ["left", "right"]
    private static MergeTable ReadMerges(Setting setting, Dictionary<string, int> vocabulary)
    {
        var builder = new MergeList(vocabulary, capacity: vocabulary.Count);
        foreach (var merge in setting.Items)
        {
            if (merge.Element.ValueKind == JsonValueKind.Array)
            {
                var sides = merge.Items.Select(side => side.Text).ToArray();
                builder.Add(sides[0], sides[^1], setting.Where);
                continue;
            }

            var text = merge.Text;
            var space = text.IndexOf(' ');
            if (space < 0)
            {
                throw merge.Unexpected("two tokens with a space between");
            }

            builder.Add(text.AsSpan(0, space), text.AsSpan(space + 1), setting.Where);
        }

        return builder.Table;
    }
}

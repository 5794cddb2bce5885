using Harness.Models.Tokenizers.Algorithms;
using Harness.Models.Tokenizers.Decoders;
using Harness.Models.Tokenizers.Normalizers;
using Harness.Models.Tokenizers.Patterns;
using Harness.Models.Tokenizers.PreTokenizers;

namespace Harness.Models.Tokenizers.Formats;

/// <summary>
/// Reads <c>vocab.json</c> and <c>merges.txt</c> the way transformers' (slow) GPT2Tokenizer and Qwen2Tokenizer use them.
/// </summary>
internal static class VocabularyAndMerges
{
    private static readonly Dictionary<string, Func<TokenizerFolder, TokenizerParts>> Classes = new()
    {
        ["GPT2Tokenizer"] = ReadGpt2,
        ["GPT2TokenizerFast"] = ReadGpt2,
        ["Qwen2Tokenizer"] = ReadQwen2,
        ["Qwen2TokenizerFast"] = ReadQwen2,
    };

    /// <summary>The steps of the class that tokenizer_config.json names.</summary>
    public static TokenizerParts Read(TokenizerFolder folder)
    {
        var name = folder.Json("tokenizer_config.json")["tokenizer_class"];
        return name.IsNull ? ReadGpt2(folder) : name.ChooseValue("tokenizer_class", Classes)(folder);
    }

    private static TokenizerParts ReadGpt2(TokenizerFolder folder)
    {
        var special = new SpecialTokens(folder);
        foreach (var role in (string[])["bos_token", "eos_token", "unk_token"])
        {
            special.Default(role, "<|endoftext|>");
        }

        var addsBos = special.Config["add_bos_token"].Flag(absent: false);
        var addsSpace = special.Config["add_prefix_space"].Flag(absent: false);
        var parts = Assemble(folder, special, new Gpt2Pattern(), new NormalizerSequence([]), firstMergeLine: 1);
        return parts with
        {
            Preparation = addsSpace ? new Prepend(" ") : parts.Preparation,
            Frame = addsBos && parts.BosId is { } bos ? new Frame([bos], []) : Frame.Empty,
        };
    }

    private static TokenizerParts ReadQwen2(TokenizerFolder folder)
    {
        var special = new SpecialTokens(folder);
        foreach (var role in (string[])["eos_token", "unk_token", "pad_token"])
        {
            special.Default(role, "<|endoftext|>");
        }

        return Assemble(folder, special, new Gpt4Pattern(longestNumber: 1), new UnicodeNormalizer(compose: true, compatibility: false), firstMergeLine: 0);
    }

    private static TokenizerParts Assemble(
        TokenizerFolder folder, SpecialTokens special, ITextPattern pattern, INormalizer preparation, int firstMergeLine)
    {
        var ids = Setting.ReadObject(folder.Use("vocab.json")).Members.ToDictionary(member => member.Name, member => member.Value.Integer, StringComparer.Ordinal);
        var added = special.Added(ids).Select(token => token with { Normalized = false }).ToList();
        var unknown = new UnknownCharacters(Id("unk_token"), Fuse: false, ByteIds: null);
        var all = special.All();
        return new TokenizerParts
        {
            Preparation = preparation,
            Added = added,
            Normalizer = new NormalizerSequence([]),
            PreTokenizer = new PreTokenizerSequence([new PatternSplit(pattern, SplitBehavior.Isolated), new ByteLevel(addPrefixSpace: false, usePattern: false)]),
            Model = new Bpe(ids, ReadMerges(folder.Use("merges.txt"), ids, firstMergeLine), unknown, wholeWordsFirst: false),
            Frame = Frame.Empty,
            Decoder = new ByteLevelDecoder(),
            Vocabulary = new Vocabulary(ids, added),
            LeftOut = added.Where(token => all.Contains(token.Content)).Select(token => token.Id).ToHashSet(),
            BosId = Id("bos_token"),
            EosId = Id("eos_token"),
        };

        int? Id(string role) => special.Named.TryGetValue(role, out var content) ? added.First(token => token.Content == content).Id : null;
    }

    private static MergeTable ReadMerges(string path, Dictionary<string, int> ids, int firstLine)
    {
        var merges = new MergeList(ids, capacity: ids.Count);
        foreach (var line in File.ReadLines(path).Skip(firstLine).Where(line => line.Length > 0 && !line.StartsWith("#version:", StringComparison.Ordinal)))
        {
            var space = line.IndexOf(' ');
            if (space < 0)
            {
                throw new InputException($"{path} has the line '{line}'; expected two tokens with a space between.");
            }

            merges.Add(line.AsSpan(0, space), line.AsSpan(space + 1).TrimEnd(), path);
        }

        return merges.Table;
    }
}

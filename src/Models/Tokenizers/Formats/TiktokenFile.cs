using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Harness.Models.Tokenizers.Algorithms;
using Harness.Models.Tokenizers.Decoders;
using Harness.Models.Tokenizers.Normalizers;
using Harness.Models.Tokenizers.Patterns;
using Harness.Models.Tokenizers.PreTokenizers;
using Harness.Models.Tokenizers.SentencePiece;

namespace Harness.Models.Tokenizers.Formats;

/// <summary>
/// Reads tiktoken's files (a token in base64 and its rank on each line) as two classes use them: <c>qwen.tiktoken</c> as Qwen's own QWenTokenizer, and a
/// <c>tokenizer.model</c> of that form as Meta's Llama 3. Unlike Meta's, texts above 400000 characters are never cut, which would change tokens at the seams.
/// </summary>
internal static class TiktokenFile
{
    /// <summary>The name under which Qwen ships it.</summary>
    public const string QwenName = "qwen.tiktoken";

    /// <summary>Whether a file is of this form: its first line is base64, a space and a number.</summary>
    public static bool Is(string path)
    {
        Span<byte> start = stackalloc byte[256];
        using var stream = File.OpenRead(path);
        var line = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        line = line[..(line.IndexOf((byte)'\n') is >= 0 and var end ? end : line.Length)];
        var space = line.IndexOf((byte)' ');
        return space > 0 && Base64.IsValid(line[..space]) && int.TryParse(line[(space + 1)..].TrimEnd((byte)'\r'), NumberStyles.None, CultureInfo.InvariantCulture, out _);
    }

    /// <summary>As QWenTokenizer: NFC first, digits one by one, 208 special tokens behind the others and none around a text.</summary>
    public static TokenizerParts ReadQwen(TokenizerFolder folder)
    {
        var named = folder.Json("tokenizer_config.json")["tokenizer_class"];
        if (!named.IsNull)
        {
            named.ChooseValue("tokenizer_class", new Dictionary<string, bool> { ["QWenTokenizer"] = true });
        }

        string[] special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", .. Enumerable.Range(0, 205).Select(i => $"<|extra_{i}|>")];
        var parts = Assemble(folder.Use(QwenName), special, new Gpt4Pattern(longestNumber: 1));
        return parts with { Preparation = new UnicodeNormalizer(compose: true, compatibility: false), EosId = parts.Added[0].Id };
    }

    /// <summary>As Meta's Llama 3: numbers in threes, 256 special tokens behind the others, the first of them before every text.</summary>
    public static TokenizerParts ReadLlama3(TokenizerFolder folder)
    {
        IEnumerable<string> Reserved(int first, int count) => Enumerable.Range(first, count).Select(i => $"<|reserved_special_token_{i}|>");
        string[] special =
        [
            "<|begin_of_text|>", "<|end_of_text|>", .. Reserved(0, 4), "<|start_header_id|>", "<|end_header_id|>", .. Reserved(4, 1), "<|eot_id|>", .. Reserved(5, 246),
        ];
        var parts = Assemble(folder.Use("tokenizer.model"), special, new Gpt4Pattern(longestNumber: 3));
        var begin = parts.Added[0].Id;
        return parts with { Frame = new Frame([begin], []), BosId = begin, EosId = parts.Added[1].Id };
    }

    private static TokenizerParts Assemble(string path, string[] special, ITextPattern pattern)
    {
        var ids = ReadRanks(path);
        var merges = PieceMerges.Of(ids.ToDictionary(item => item.Key, item => (item.Value, (float)-item.Value), StringComparer.Ordinal));
        var added = special.Select((content, place) => new AddedToken(ids.Count + place, content)).ToList();
        return new TokenizerParts
        {
            Added = added,
            Normalizer = new NormalizerSequence([]),
            PreTokenizer = new PreTokenizerSequence([new PatternSplit(pattern, SplitBehavior.Isolated), new ByteLevel(addPrefixSpace: false, usePattern: false)]),
            Model = new Bpe(ids, merges, new UnknownCharacters(UnknownId: null, Fuse: false, ByteIds: null), wholeWordsFirst: true),
            Frame = Frame.Empty,
            Decoder = new ByteLevelDecoder(),
            Vocabulary = new Vocabulary(ids, added),
            LeftOut = added.Select(token => token.Id).ToHashSet(),
        };
    }

    // tokens are bytes: kept as their visible characters; the rank is the id, and of two merges the lower id goes first
    private static Dictionary<string, int> ReadRanks(string path)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (number, line) in File.ReadLines(path, Encoding.ASCII).Index().Where(line => line.Item.Length > 0))
        {
            var space = line.IndexOf(' ');
            if (space < 0 || !Base64.IsValid(line.AsSpan(0, space)) || !int.TryParse(line.AsSpan(space + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                throw new InputException($"{path} has the line '{line}' (line {number + 1}); expected a token in base64, a space and its rank.");
            }

            if (!ids.TryAdd(ByteAlphabet.Encode(Convert.FromBase64String(line[..space])), id))
            {
                throw new InputException($"{path} has the token '{line[..space]}' twice, in line {number + 1} again. It may be damaged; fetch it again.");
            }
        }

        var missing = ids.Values.Order().Index().FirstOrDefault(item => item.Index != item.Item, (Index: -1, Item: -1)).Index;
        return missing < 0 && ids.Count > 0 ? ids : throw new InputException($"{path} has no token of rank {Math.Max(missing, 0)}; expected ranks from 0 on. It may be cut off; fetch it again.");
    }
}

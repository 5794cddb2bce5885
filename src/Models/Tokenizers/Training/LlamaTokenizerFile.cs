using System.Text.Encodings.Web;
using System.Text.Json;

namespace Harness.Models.Tokenizers.Training;

/// <summary>
/// Trains a tokenizer in the form of Llama 1 and 2 and writes it as <c>tokenizer.json</c>: pieces that begin words with ▁, single bytes for what the alphabet lacks,
/// <c>&lt;s&gt;</c> in front of every text.
/// </summary>
public static class LlamaTokenizerFile
{
    private const char Space = '\u2581';
    private static readonly string[] Special = ["<unk>", "<s>", "</s>"];
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The id of <c>&lt;s&gt;</c>, which begins a text.</summary>
    public static int BosId => 1;

    /// <summary>The id of <c>&lt;/s&gt;</c>.</summary>
    public static int EosId => 2;

    /// <summary>Writes tokenizer.json and tokenizer_config.json.</summary>
    /// <param name="vocabulary">How many tokens there shall be, special ones and bytes included.</param>
    public static void Write(string folder, IEnumerable<string> texts, int vocabulary)
    {
        // line feeds and other control characters are bytes, as in Llama's own
        var trainer = new BpeTrainer(texts, word => word.Any(char.IsControl) ? null : word.Replace(' ', Space));
        string[] single = [.. Special, .. Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>"), .. trainer.Alphabet];
        var merges = trainer.Merge(vocabulary - single.Length);
        var ids = single.Concat(merges.Select(merge => merge.Left + merge.Right)).Distinct().Index().ToDictionary(token => token.Item, token => token.Index);
        Durable.WriteText(Path.Combine(folder, "tokenizer.json"), JsonSerializer.Serialize(Pipeline(ids, merges), Json) + "\n");
        Durable.WriteText(Path.Combine(folder, "tokenizer_config.json"), JsonSerializer.Serialize(
            new { tokenizer_class = "LlamaTokenizer", bos_token = "<s>", eos_token = "</s>", unk_token = "<unk>", add_bos_token = true, add_eos_token = false, legacy = true }, Json) + "\n");
    }

    private static Dictionary<string, object?> Pipeline(Dictionary<string, int> ids, IReadOnlyList<(string Left, string Right)> merges) => new()
    {
        ["version"] = "1.0",
        ["added_tokens"] = Special.Select((content, id) => new { id, content, single_word = false, lstrip = false, rstrip = false, normalized = false, special = true }),
        ["normalizer"] = new
        {
            type = "Sequence",
            normalizers = new object[] { new { type = "Prepend", prepend = $"{Space}" }, new { type = "Replace", pattern = new { String = " " }, content = $"{Space}" } },
        },
        ["pre_tokenizer"] = null,
        ["post_processor"] = new
        {
            type = "TemplateProcessing",
            single = new object[] { new { SpecialToken = new { id = "<s>", type_id = 0 } }, new { Sequence = new { id = "A", type_id = 0 } } },
            pair = new object[]
            {
                new { SpecialToken = new { id = "<s>", type_id = 0 } }, new { Sequence = new { id = "A", type_id = 0 } },
                new { SpecialToken = new { id = "<s>", type_id = 1 } }, new { Sequence = new { id = "B", type_id = 1 } },
            },
            special_tokens = new Dictionary<string, object> { ["<s>"] = new { id = "<s>", ids = new[] { BosId }, tokens = new[] { "<s>" } } },
        },
        ["decoder"] = new
        {
            type = "Sequence",
            decoders = new object[]
            {
                new { type = "Replace", pattern = new { String = $"{Space}" }, content = " " }, new { type = "ByteFallback" }, new { type = "Fuse" },
                new { type = "Strip", content = " ", start = 1, stop = 0 },
            },
        },
        ["model"] = new
        {
            type = "BPE",
            dropout = (double?)null,
            unk_token = "<unk>",
            continuing_subword_prefix = (string?)null,
            end_of_word_suffix = (string?)null,
            fuse_unk = true,
            byte_fallback = true,
            vocab = ids,
            merges = merges.Select(merge => $"{merge.Left} {merge.Right}"),
        },
    };
}

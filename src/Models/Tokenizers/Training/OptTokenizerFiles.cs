using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Harness.Models.Tokenizers.PreTokenizers;

namespace Harness.Models.Tokenizers.Training;

/// <summary>
/// Trains a tokenizer in the form of OPT and writes it as <c>vocab.json</c> and <c>merges.txt</c>: GPT-2's pairs of bytes, <c>&lt;/s&gt;</c> in front of every text.
/// </summary>
public static class OptTokenizerFiles
{
    // in OPT's order; <s> is there and never used
    private static readonly string[] Special = ["<s>", "<pad>", "</s>", "<unk>"];
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The id of <c>&lt;/s&gt;</c>, which begins a text and ends it.</summary>
    public static int BosId => 2;

    /// <summary>The id of <c>&lt;pad&gt;</c>.</summary>
    public static int PadId => 1;

    /// <summary>Writes vocab.json, merges.txt and tokenizer_config.json.</summary>
    /// <param name="vocabulary">How many tokens there shall be, special ones and bytes included.</param>
    public static void Write(string folder, IEnumerable<string> texts, int vocabulary)
    {
        var trainer = new BpeTrainer(texts, word => ByteAlphabet.Encode(Encoding.UTF8.GetBytes(word)));
        string[] single = [.. Special, .. Enumerable.Range(0, 256).Select(value => ByteAlphabet.Encode([(byte)value]))];
        var merges = trainer.Merge(vocabulary - single.Length);
        var ids = single.Concat(merges.Select(merge => merge.Left + merge.Right)).Distinct().Index().ToDictionary(token => token.Item, token => token.Index);
        Durable.WriteText(Path.Combine(folder, "vocab.json"), JsonSerializer.Serialize(ids, Json) + "\n");
        Durable.WriteText(Path.Combine(folder, "merges.txt"), "#version: 0.2\n" + string.Concat(merges.Select(merge => $"{merge.Left} {merge.Right}\n")));
        Durable.WriteText(Path.Combine(folder, "tokenizer_config.json"), JsonSerializer.Serialize(
            new { tokenizer_class = "GPT2Tokenizer", bos_token = "</s>", eos_token = "</s>", unk_token = "</s>", pad_token = "<pad>", add_bos_token = true, add_prefix_space = false }, Json) + "\n");
    }
}

namespace Harness.Models.Tokenizers.Formats;

/// <summary>The <c>post_processor</c> of a tokenizer.json, as far as a single text goes.</summary>
internal static class PostProcessorSection
{
    private static readonly Dictionary<string, Func<Setting, Frame>> Kinds = new()
    {
        ["Sequence"] = setting => setting["processors"].Items.Select(Read).Aggregate(Frame.Empty, (inner, outer) => inner.Within(outer)),
        ["ByteLevel"] = _ => Frame.Empty, // moves offsets only
        ["TemplateProcessing"] = ReadTemplate,
        ["BertProcessing"] = ReadClassifier,
        ["RobertaProcessing"] = ReadClassifier,
    };

    /// <summary>Reads a post-processor.</summary>
    public static Frame Read(Setting setting) => setting.Choose("post-processor", Kinds);

    private static Frame ReadTemplate(Setting setting)
    {
        var (before, after, sequences) = (new List<int>(), new List<int>(), 0);
        foreach (var piece in setting["single"].Items)
        {
            if (piece["Sequence"].IsObject)
            {
                sequences++;
                continue;
            }

            var token = setting["special_tokens"][piece["SpecialToken"]["id"].Text];
            (sequences == 0 ? before : after).AddRange(token["ids"].Items.Select(id => id.Integer));
        }

        return sequences == 1 ? new Frame([.. before], [.. after]) : throw setting["single"].Unexpected("a template with the text in it once");
    }

    // [token, id] pairs around the text
    private static Frame ReadClassifier(Setting setting) => new([setting["cls"].Items.Last().Integer], [setting["sep"].Items.Last().Integer]);
}

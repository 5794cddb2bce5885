using Harness.Models.Tokenizers.Normalizers;

namespace Harness.Models.Tokenizers.Formats;

/// <summary>The <c>normalizer</c> of a tokenizer.json.</summary>
internal static class NormalizerSection
{
    private static readonly Dictionary<string, Func<Setting, INormalizer>> Kinds = new()
    {
        ["Sequence"] = setting => new NormalizerSequence([.. setting["normalizers"].Items.Select(Read)]),
        ["Prepend"] = setting => new Prepend(setting["prepend"].Text),
        ["Replace"] = ReadReplace,
        ["Lowercase"] = _ => new Lowercase(),
        ["Strip"] = setting => new Strip(setting["strip_left"].Flag(absent: true), setting["strip_right"].Flag(absent: true)),
    };

    /// <summary>Reads a normalizer.</summary>
    public static INormalizer Read(Setting setting) => setting.Choose("normalizer", Kinds);

    /// <summary>Reads a Replace, which decoders have as well.</summary>
    public static Replace ReadReplace(Setting setting) => new(PatternSection.Read(setting["pattern"]), setting["content"].Text);
}

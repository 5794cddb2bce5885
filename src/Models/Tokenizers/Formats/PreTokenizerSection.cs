using Harness.Models.Tokenizers.Patterns;
using Harness.Models.Tokenizers.PreTokenizers;

namespace Harness.Models.Tokenizers.Formats;

/// <summary>The <c>pre_tokenizer</c> of a tokenizer.json.</summary>
internal static class PreTokenizerSection
{
    private static readonly Dictionary<string, Func<Setting, IPreTokenizer>> Kinds = new()
    {
        ["Sequence"] = setting => new PreTokenizerSequence([.. setting["pretokenizers"].Items.Select(Read)]),
        ["ByteLevel"] = setting => new ByteLevel(setting["add_prefix_space"].Flag(absent: true), setting["use_regex"].Flag(absent: true)),
        ["BertPreTokenizer"] = _ => new PreTokenizerSequence(
            [new PatternSplit(CharacterPattern.Whitespace, SplitBehavior.Removed), new PatternSplit(CharacterPattern.Punctuation, SplitBehavior.Isolated)]),
        ["Digits"] = setting => new PatternSplit(
            CharacterPattern.Numbers, setting["individual_digits"].Flag(absent: false) ? SplitBehavior.Isolated : SplitBehavior.Contiguous),
        ["Metaspace"] = ReadMetaspace,
        ["Split"] = setting => new PatternSplit(
            PatternSection.Read(setting["pattern"]), ReadBehavior(setting["behavior"]), setting["invert"].Flag(absent: false)),
        ["Punctuation"] = setting => new PatternSplit(
            CharacterPattern.Punctuation, setting["behavior"].IsNull ? SplitBehavior.Isolated : ReadBehavior(setting["behavior"])),
        ["Whitespace"] = _ => new PatternSplit(new RegexPattern(@"\w+|[^\w\s]+"), SplitBehavior.Removed, invert: true),
        ["WhitespaceSplit"] = _ => new PatternSplit(CharacterPattern.Whitespace, SplitBehavior.Removed),
        ["CharDelimiterSplit"] = setting => new PatternSplit(new LiteralPattern(setting["delimiter"].Text), SplitBehavior.Removed),
    };

    /// <summary>Reads a pre-tokenizer.</summary>
    public static IPreTokenizer Read(Setting setting) => setting.Choose("pre-tokenizer", Kinds);

    /// <summary>Reads when Metaspace puts a mark before a text; older files say it by <c>add_prefix_space</c>.</summary>
    public static PrependScheme ReadScheme(Setting setting) => setting["prepend_scheme"] is { IsNull: false } scheme
        ? scheme.ChooseValue("prepend_scheme", new Dictionary<string, PrependScheme>
        {
            ["always"] = PrependScheme.Always,
            ["never"] = PrependScheme.Never,
            ["first"] = PrependScheme.First,
        })
        : setting["add_prefix_space"].Flag(absent: true) ? PrependScheme.Always : PrependScheme.Never;

    private static Metaspace ReadMetaspace(Setting setting) =>
        new(setting["replacement"].Character, ReadScheme(setting), setting["split"].Flag(absent: true));

    private static SplitBehavior ReadBehavior(Setting setting) =>
        setting.ChooseValue("behavior", Enum.GetValues<SplitBehavior>().ToDictionary(behavior => behavior.ToString()));
}

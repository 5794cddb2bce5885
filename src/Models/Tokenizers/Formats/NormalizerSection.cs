using Harness.Models.Tokenizers.Normalizers;
using Harness.Models.Tokenizers.SentencePiece;

namespace Harness.Models.Tokenizers.Formats;

/// <summary>The <c>normalizer</c> of a tokenizer.json.</summary>
internal static class NormalizerSection
{
    private static readonly Dictionary<string, Func<Setting, INormalizer>> Kinds = new()
    {
        ["Sequence"] = setting => new NormalizerSequence([.. setting["normalizers"].Items.Select(Read)]),
        ["Prepend"] = setting => new Prepend(setting["prepend"].Text),
        ["Replace"] = ReadReplace,
        ["NFC"] = _ => new UnicodeNormalizer(compose: true, compatibility: false),
        ["NFD"] = _ => new UnicodeNormalizer(compose: false, compatibility: false),
        ["NFKC"] = _ => new UnicodeNormalizer(compose: true, compatibility: true),
        ["NFKD"] = _ => new UnicodeNormalizer(compose: false, compatibility: true),
        ["Precompiled"] = ReadPrecompiled,
        ["BertNormalizer"] = ReadBert,
        ["StripAccents"] = _ => CharacterFilter.Accents,
        ["Nmt"] = _ => CharacterFilter.Nmt,
        ["ByteLevel"] = _ => new VisibleBytes(),
        ["Lowercase"] = _ => new Lowercase(),
        ["Strip"] = setting => new Strip(setting["strip_left"].Flag(absent: true), setting["strip_right"].Flag(absent: true)),
    };

    /// <summary>Reads a normalizer.</summary>
    public static INormalizer Read(Setting setting) => setting.Choose("normalizer", Kinds);

    /// <summary>Reads a Replace, which decoders have as well.</summary>
    public static Replace ReadReplace(Setting setting) => new(PatternSection.Read(setting["pattern"]), setting["content"].Text);

    // accents go where that is said, or where nothing is said and letters become small
    private static NormalizerSequence ReadBert(Setting setting)
    {
        var lowercase = setting["lowercase"].Flag(absent: true);
        var steps = new List<INormalizer>();
        if (setting["clean_text"].Flag(absent: true))
        {
            steps.Add(CharacterFilter.Clean);
        }

        if (setting["handle_chinese_chars"].Flag(absent: true))
        {
            steps.Add(new SpacedIdeographs());
        }

        if (setting["strip_accents"].Flag(absent: lowercase))
        {
            steps.AddRange([new UnicodeNormalizer(compose: false, compatibility: false), CharacterFilter.NonSpacingMarks]);
        }

        if (lowercase)
        {
            steps.Add(new Lowercase());
        }

        return new NormalizerSequence(steps);
    }

    private static Precompiled ReadPrecompiled(Setting setting)
    {
        try
        {
            return new Precompiled(new Charsmap(Convert.FromBase64String(setting["precompiled_charsmap"].Text)));
        }
        catch (Exception e) when (e is FormatException or InvalidDataException)
        {
            throw setting["precompiled_charsmap"].Unexpected("a whole SentencePiece charsmap in base64");
        }
    }
}

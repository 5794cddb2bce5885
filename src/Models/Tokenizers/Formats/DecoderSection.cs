using Harness.Models.Tokenizers.Decoders;
using Harness.Models.Tokenizers.PreTokenizers;

namespace Harness.Models.Tokenizers.Formats;

/// <summary>The <c>decoder</c> of a tokenizer.json.</summary>
internal static class DecoderSection
{
    private static readonly Dictionary<string, Func<Setting, IDecoder>> Kinds = new()
    {
        ["Sequence"] = setting => new DecoderSequence([.. setting["decoders"].Items.Select(Read)]),
        ["ByteLevel"] = _ => new ByteLevelDecoder(),
        ["ByteFallback"] = _ => new ByteFallbackDecoder(),
        ["Fuse"] = _ => new FuseDecoder(),
        ["Metaspace"] = setting => PerTokenDecoder.Metaspace(
            setting["replacement"].Character, PreTokenizerSection.ReadScheme(setting) != PrependScheme.Never),
        ["Replace"] = ReadReplace,
        ["WordPiece"] = setting => new WordPieceDecoder(setting["prefix"].IsNull ? "##" : setting["prefix"].Text, setting["cleanup"].Flag(absent: true)),
        ["Strip"] = setting => PerTokenDecoder.Strip(setting["content"].Character, setting["start"].Integer, setting["stop"].Integer),
    };

    /// <summary>Reads a decoder.</summary>
    public static IDecoder Read(Setting setting) => setting.Choose("decoder", Kinds);

    private static PerTokenDecoder ReadReplace(Setting setting)
    {
        var replace = NormalizerSection.ReadReplace(setting);
        return new PerTokenDecoder((token, _) => replace.Normalize(token));
    }
}

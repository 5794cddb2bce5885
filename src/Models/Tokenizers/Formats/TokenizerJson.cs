using Harness.Models.Tokenizers.Decoders;
using Harness.Models.Tokenizers.Normalizers;
using Harness.Models.Tokenizers.PreTokenizers;

namespace Harness.Models.Tokenizers.Formats;

/// <summary>Reads <c>tokenizer.json</c>, the serialised pipeline of Hugging Face tokenizers.</summary>
internal static class TokenizerJson
{
    /// <summary>The steps the file describes. Special tokens come from its own post-processor, as its library has it.</summary>
    public static TokenizerParts Read(TokenizerFolder folder)
    {
        var json = Setting.ReadObject(folder.Use("tokenizer.json"));
        var added = json["added_tokens"] is { IsNull: false } tokens
            ? tokens.Items.Select(token => SpecialTokens.ReadToken(token["id"].Integer, token)).ToList()
            : [];
        var (model, ids) = ModelSection.Read(json["model"]);
        var vocabulary = new Vocabulary(ids, added);
        var named = new SpecialTokens(folder).Named;
        return new TokenizerParts
        {
            Added = added,
            Normalizer = json["normalizer"] is { IsNull: false } normalizer ? NormalizerSection.Read(normalizer) : new NormalizerSequence([]),
            PreTokenizer = json["pre_tokenizer"] is { IsNull: false } split ? PreTokenizerSection.Read(split) : new PreTokenizerSequence([]),
            Model = model,
            Frame = json["post_processor"] is { IsNull: false } processor ? PostProcessorSection.Read(processor) : Frame.Empty,
            Decoder = json["decoder"] is { IsNull: false } decoder ? DecoderSection.Read(decoder) : SpacedDecoder(),
            Vocabulary = vocabulary,
            LeftOut = added.Where(token => token.Special).Select(token => token.Id).ToHashSet(),
            BosId = IdOf("bos_token"),
            EosId = IdOf("eos_token"),
        };

        int? IdOf(string role) =>
            !named.TryGetValue(role, out var content) ? null
            : added.Find(token => token.Content == content)?.Id ?? (ids.TryGetValue(content, out var id) ? id : null);
    }

    // without a decoder the library joins tokens with spaces
    private static PerTokenDecoder SpacedDecoder() => new((token, place) => place == 0 ? token : ' ' + token);
}

using Harness.Models.Tokenizers.Decoders;
using Harness.Models.Tokenizers.Normalizers;
using Harness.Models.Tokenizers.Patterns;
using Harness.Models.Tokenizers.SentencePiece;

namespace Harness.Models.Tokenizers.Formats;

/// <summary>
/// Reads a SentencePiece <c>tokenizer.model</c> the way transformers' (slow) LlamaTokenizer uses it, and Baichuan's and InternLM2's own classes: special tokens are found in the text first,
/// each part between them is encoded by itself. With <c>legacy</c> every part gets the mark before it, otherwise only the start of the text.
/// </summary>
internal static class LlamaModel
{
    // classes that do with their model what LlamaTokenizer does; others (T5's, XLM-R's, ...) give pieces other ids or add other tokens
    private static readonly Dictionary<string, bool> Classes = ((string[])
    [
        "LlamaTokenizer", "LlamaTokenizerFast", "CodeLlamaTokenizer", "CodeLlamaTokenizerFast", "GemmaTokenizer", "GemmaTokenizerFast", "BaiChuanTokenizer", "BaichuanTokenizer",
        "InternLMTokenizer", "InternLM2Tokenizer", "InternLM2TokenizerFast", "YiTokenizer", "PreTrainedTokenizerFast",
    ]).ToDictionary(name => name, _ => true, StringComparer.Ordinal);

    /// <summary>The steps of the folder's tokenizer.model and tokenizer_config.json.</summary>
    public static TokenizerParts Read(TokenizerFolder folder)
    {
        if (folder.Json("tokenizer_config.json")["tokenizer_class"] is { IsNull: false } name)
        {
            name.ChooseValue("tokenizer_class", Classes);
        }

        var path = folder.Use("tokenizer.model");
        var file = ModelFile.Read(path);
        if (file.SpaceIsSuffix || !file.EscapeWhitespaces)
        {
            throw new InputException($"{path} wants spaces as suffixes or unescaped; only marks before words are supported.");
        }

        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (id, piece) in file.Pieces.Index())
        {
            ids.TryAdd(piece.Text, id);
        }

        var special = new SpecialTokens(folder);
        special.Default("bos_token", "<s>");
        special.Default("eos_token", "</s>");
        special.Default("unk_token", "<unk>");
        var legacy = special.Config["legacy"].Flag(absent: true);
        var addsPrefix = special.Config["add_prefix_space"].Flag(absent: true);
        var added = special.Added(ids).Select(token => token with { Normalized = false }).ToList();
        var vocabulary = new Vocabulary(ids, added);
        var unknownPiece = file.Pieces.First(piece => piece.Kind == PieceKind.Unknown).Text;

        int? Id(string role) => special.Named.TryGetValue(role, out var content) ? added.First(token => token.Content == content).Id : null;

        int[] Wanted(string flag, string role, bool absent) => special.Config[flag].Flag(absent) && Id(role) is { } id ? [id] : [];

        return new TokenizerParts
        {
            Preparation = legacy ? new NormalizerSequence([]) : Unmarked(addsPrefix),
            Added = added,
            Normalizer = new PieceNormalizer(
                file.Charsmap, PieceModel.UserDefined(file), file.AddDummyPrefix && legacy, file.RemoveExtraWhitespaces, keepsLeadingSpace: !legacy),
            Model = PieceModel.Make(file, ids, path),
            Frame = new Frame(Wanted("add_bos_token", "bos_token", absent: true), Wanted("add_eos_token", "eos_token", absent: false)),
            Decoder = new SentencePieceDecoder(unknownPiece, file.UnknownSurface, file.AddDummyPrefix, file.RemoveExtraWhitespaces),
            Vocabulary = vocabulary,
            LeftOut = LeftOut(file, added),
            BosId = Id("bos_token"),
            EosId = Id("eos_token"),
            LoneMark = legacy ? -1 : ids.GetValueOrDefault(Weight.Mark.ToString(), -1),
            MarkGivesWayTo = added.Where(token => special.All().Contains(token.Content)).Select(token => token.Id).ToHashSet(),
        };
    }

    // marks of the user's own become spaces, and one comes before the text, before special tokens are looked for
    private static NormalizerSequence Unmarked(bool addsPrefix)
    {
        var mark = Weight.Mark.ToString();
        var spaced = new Replace(new LiteralPattern(mark), " ");
        return addsPrefix ? new NormalizerSequence([spaced, new Prepend(mark)]) : new NormalizerSequence([spaced]);
    }

    // control pieces decode to nothing; the unknown piece shows as its surface although it is special
    private static HashSet<int> LeftOut(ModelFile file, List<AddedToken> added) =>
    [
        .. file.Pieces.Index().Where(piece => piece.Item.Kind == PieceKind.Control).Select(piece => piece.Index),
        .. added.Where(token => token.Special && token.Id >= file.Pieces.Count).Select(token => token.Id),
    ];
}

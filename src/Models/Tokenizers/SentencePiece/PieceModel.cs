using Harness.Models.Tokenizers.Algorithms;

namespace Harness.Models.Tokenizers.SentencePiece;

/// <summary>The model of a SentencePiece file.</summary>
internal static class PieceModel
{
    /// <summary>Makes the model a file describes.</summary>
    public static ITokenModel Make(ModelFile file, Dictionary<string, int> ids, string path)
    {
        if (file.SpaceIsSuffix || !file.EscapeWhitespaces || file.Charsmap.Length > 0)
        {
            throw new InputException($"{path} uses a normalizer option that is not supported.");
        }

        var unknown = new UnknownCharacters(
            file.Pieces.Index().First(piece => piece.Item.Kind == PieceKind.Unknown).Index,
            Fuse: true,
            file.ByteFallback ? UnknownCharacters.FindBytes(ids) : null);
        var text = file.Pieces.Index()
            .Where(piece => piece.Item.Kind is PieceKind.Normal or PieceKind.UserDefined or PieceKind.Unused)
            .DistinctBy(piece => piece.Item.Text)
            .ToDictionary(piece => piece.Item.Text, piece => (piece.Index, piece.Item.Score), StringComparer.Ordinal);
        var vocabulary = text.ToDictionary(piece => piece.Key, piece => piece.Value.Index, StringComparer.Ordinal);
        return WithUserDefined(file, new Bpe(vocabulary, PieceMerges.Of(text), unknown, wholeWordsFirst: false));
    }

    private static ITokenModel WithUserDefined(ModelFile file, ITokenModel model)
    {
        var trie = new PieceTrie();
        var count = 0;
        foreach (var (id, piece) in file.Pieces.Index().Where(piece => piece.Item.Kind == PieceKind.UserDefined))
        {
            trie.Add(piece.Text, id);
            count++;
        }

        return count > 0 ? new UserDefinedPieces(trie, model) : model;
    }
}

using System.Text;
using Harness.Models.Tokenizers.Algorithms;

namespace Harness.Models.Tokenizers.SentencePiece;

/// <summary>The model of a SentencePiece file: unigram or BPE, with its user-defined pieces.</summary>
internal static class PieceModel
{
    /// <summary>Makes the model a file describes.</summary>
    public static ITokenModel Make(ModelFile file, Dictionary<string, int> ids, string path)
    {
        var unknown = new UnknownCharacters(
            file.Pieces.Index().First(piece => piece.Item.Kind == PieceKind.Unknown).Index,
            Fuse: true,
            file.ByteFallback ? UnknownCharacters.FindBytes(ids) : null);
        return file.Algorithm switch
        {
            1 => MakeUnigram(file, unknown),
            2 => MakeBpe(file, unknown, path),
            var other => throw new InputException($"{path} holds a SentencePiece model of type {other}; expected 1 (unigram) or 2 (BPE)."),
        };
    }

    /// <summary>The user-defined pieces of a file.</summary>
    public static PieceTrie UserDefined(ModelFile file)
    {
        var trie = new PieceTrie();
        foreach (var (id, piece) in file.Pieces.Index().Where(piece => piece.Item.Kind == PieceKind.UserDefined))
        {
            trie.Add(piece.Text, id);
        }

        return trie;
    }

    private static Unigram MakeUnigram(ModelFile file, UnknownCharacters unknown)
    {
        var normal = file.Pieces.Where(piece => piece.Kind == PieceKind.Normal).Select(piece => piece.Score).ToArray();
        var (lowest, highest) = (normal.Min(), normal.Max());

        // a user-defined piece wins over any other way to write it
        double Score(Piece piece) => piece.Kind == PieceKind.UserDefined ? (float)(Encoding.UTF8.GetByteCount(piece.Text) * highest - 0.1) : piece.Score;

        var pieces = file.Pieces.Index()
            .Where(piece => piece.Item.Kind is PieceKind.Normal or PieceKind.UserDefined)
            .Select(piece => (piece.Item.Text, piece.Index, Score(piece.Item)));
        return new Unigram([.. pieces], lowest, isSingle: true, unknown);
    }

    private static ITokenModel MakeBpe(ModelFile file, UnknownCharacters unknown, string path)
    {
        if (file.Pieces.FirstOrDefault(piece => piece.Kind == PieceKind.Unused).Text is { } unused)
        {
            throw new InputException($"{path} has the unused piece '{unused}'; BPE models with unused pieces are not supported.");
        }

        var pieces = file.Pieces.Index()
            .Where(piece => piece.Item.Kind is PieceKind.Normal or PieceKind.UserDefined)
            .DistinctBy(piece => piece.Item.Text)
            .ToDictionary(piece => piece.Item.Text, piece => (Id: piece.Index, piece.Item.Score), StringComparer.Ordinal);
        var vocabulary = pieces.ToDictionary(piece => piece.Key, piece => piece.Value.Id, StringComparer.Ordinal);
        return new UserDefinedPieces(UserDefined(file), new Bpe(vocabulary, PieceMerges.Of(pieces), unknown, wholeWordsFirst: false));
    }
}

namespace Harness.Models.Tokenizers.SentencePiece;

/// <summary>Kinds of piece, numbered as in sentencepiece_model.proto.</summary>
internal enum PieceKind
{
    /// <summary>Text.</summary>
    Normal = 1,

    /// <summary>What is unknown.</summary>
    Unknown = 2,

    /// <summary>A mark like the beginning of a text; never found in one.</summary>
    Control = 3,

    /// <summary>Always found whole.</summary>
    UserDefined = 4,

    /// <summary>In the list but not in use.</summary>
    Unused = 5,

    /// <summary>A byte, &lt;0x00&gt; to &lt;0xFF&gt;.</summary>
    Byte = 6,
}

/// <summary>A piece with its score (log-probability, or minus the merge's place).</summary>
internal readonly record struct Piece(string Text, float Score, PieceKind Kind);

/// <summary>A SentencePiece <c>.model</c> file: the fields of sentencepiece_model.proto that matter for encoding and decoding.</summary>
internal sealed record ModelFile
{
    /// <summary>The pieces; a piece's id is its place.</summary>
    public required IReadOnlyList<Piece> Pieces { get; init; }

    /// <summary>1 unigram, 2 BPE, 3 word, 4 char.</summary>
    public int Algorithm { get; init; } = 1;

    /// <summary>Whether unknown characters become byte pieces.</summary>
    public bool ByteFallback { get; init; }

    /// <summary>What the unknown piece decodes to.</summary>
    public string UnknownSurface { get; init; } = " ⁇ ";

    /// <summary>Whether the mark for a space stands after a word.</summary>
    public bool SpaceIsSuffix { get; init; }

    /// <summary>The table of character replacements, if there is one.</summary>
    public Charsmap? Charsmap { get; init; }

    /// <summary>Whether a space is put before the text.</summary>
    public bool AddDummyPrefix { get; init; } = true;

    /// <summary>Whether spaces at the ends and repeated ones go.</summary>
    public bool RemoveExtraWhitespaces { get; init; } = true;

    /// <summary>Whether spaces become marks.</summary>
    public bool EscapeWhitespaces { get; init; } = true;

    /// <summary>Reads a file.</summary>
    public static ModelFile Read(string path)
    {
        try
        {
            var model = Parse(File.ReadAllBytes(path));
            return model.Pieces.Any(piece => piece.Kind == PieceKind.Unknown) ? model : throw new InvalidDataException("it has no unknown piece");
        }
        catch (InvalidDataException e)
        {
            throw new InputException($"{path} is not a whole SentencePiece model: {e.Message}. It may be damaged or of another kind; fetch it again.", e);
        }
    }

    private static ModelFile Parse(ReadOnlySpan<byte> message)
    {
        var pieces = new List<Piece>();
        var model = new ModelFile { Pieces = pieces };
        for (var field = new ProtobufReader(message); field.Next();)
        {
            switch (field.Field)
            {
                case 1:
                    pieces.Add(ParsePiece(field.Bytes));
                    break;
                case 2:
                    model = model.WithTrainer(field.Bytes);
                    break;
                case 3:
                    model = model.WithNormalizer(field.Bytes);
                    break;
            }
        }

        return model;
    }

    private static Piece ParsePiece(ReadOnlySpan<byte> message)
    {
        var piece = new Piece("", 0, PieceKind.Normal);
        for (var field = new ProtobufReader(message); field.Next();)
        {
            piece = field.Field switch
            {
                1 => piece with { Text = field.Text },
                2 => piece with { Score = field.Single },
                3 => piece with { Kind = (PieceKind)field.Integer },
                _ => piece,
            };
        }

        return piece;
    }

    private ModelFile WithTrainer(ReadOnlySpan<byte> message)
    {
        var model = this;
        for (var field = new ProtobufReader(message); field.Next();)
        {
            model = field.Field switch
            {
                3 => model with { Algorithm = field.Integer },
                24 => model with { SpaceIsSuffix = field.Flag },
                35 => model with { ByteFallback = field.Flag },
                44 => model with { UnknownSurface = field.Text },
                _ => model,
            };
        }

        return model;
    }

    private ModelFile WithNormalizer(ReadOnlySpan<byte> message)
    {
        var model = this;
        for (var field = new ProtobufReader(message); field.Next();)
        {
            model = field.Field switch
            {
                2 => model with { Charsmap = field.Bytes.IsEmpty ? null : new Charsmap(field.Bytes) },
                3 => model with { AddDummyPrefix = field.Flag },
                4 => model with { RemoveExtraWhitespaces = field.Flag },
                5 => model with { EscapeWhitespaces = field.Flag },
                _ => model,
            };
        }

        return model;
    }
}

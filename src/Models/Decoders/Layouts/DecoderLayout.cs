namespace Harness.Models.Decoders.Layouts;

/// <summary>
/// What a checkpoint calls the tensors of a decoder, their sizes, and how its blocks are put together: a family's table, filled in for one config.
/// Names stand without the <c>.weight</c> or <c>.bias</c> at their end.
/// </summary>
public sealed record DecoderLayout
{
    /// <summary>In front of every name but the head's: <c>model.</c>; checkpoints saved without their head lack it.</summary>
    public required string Base { get; init; }

    public required EmbeddingLayout Embedding { get; init; }

    /// <summary>Prefix of block {0}, behind <see cref="Base"/>: <c>layers.{0}.</c></summary>
    public required string BlockPrefix { get; init; }

    /// <summary>How many blocks.</summary>
    public required int Blocks { get; init; }

    /// <summary>A block by its index, from 0.</summary>
    public required Func<int, BlockLayout> Block { get; init; }

    /// <summary>Norm behind the last block.</summary>
    public NormLayout? FinalNorm { get; init; }

    public required HeadLayout Head { get; init; }

    /// <summary>The prefix of a block's tensors.</summary>
    public string PrefixOf(int block) => Base + string.Format(null, BlockPrefix, block);

    /// <summary>A block's linears with their weights' names in the checkpoint, in the order of <see cref="DecoderBlock.Linears"/>.</summary>
    public IEnumerable<(string Parameter, LinearLayout Linear)> LinearsOf(int block) => Block(block).Linears.Select(linear => ($"{PrefixOf(block)}{linear.Name}.weight", linear));

    /// <summary>Every tensor that a checkpoint of this layout holds. Where the head is tied, it lies there as the embedding, as the head or as both.</summary>
    public IEnumerable<ParameterShape> Parameters() =>
    [
        .. Embedding.Parameters(Base),
        .. Enumerable.Range(0, Blocks).SelectMany(block => Block(block).Parameters(PrefixOf(block))),
        .. FinalNorm?.Parameters(Base) ?? [],
        .. Head.Parameters(Base),
    ];
}

/// <summary>From ids to the first block's input.</summary>
/// <param name="Name">Token embedding.</param>
/// <param name="Rows">The vocabulary.</param>
/// <param name="Width">Of the embedding; the hidden size unless a projection leads there.</param>
public sealed record EmbeddingLayout(string Name, long Rows, long Width)
{
    /// <summary>From <see cref="Width"/> to the hidden size.</summary>
    public LinearLayout? Projection { get; init; }

    /// <summary>Learned positions.</summary>
    public PositionLayout? Positions { get; init; }

    /// <summary>The factor on the embedding, rounded to the type of the computation.</summary>
    public double Scale { get; init; } = 1;

    public NormLayout? Norm { get; init; }

    internal IEnumerable<ParameterShape> Parameters(string prefix) =>
    [
        new($"{prefix}{Name}.weight", Rows, Width),
        .. Projection?.Parameters(prefix) ?? [],
        .. Positions is null ? (ParameterShape[])[] : [new($"{prefix}{Positions.Name}.weight", Positions.Rows, Positions.Width)],
        .. Norm?.Parameters(prefix) ?? [],
    ];
}

/// <summary>Learned positions; <paramref name="Offset"/> of the rows come before that of position 0.</summary>
public sealed record PositionLayout(string Name, int Offset, long Rows, long Width);

/// <summary>From the last block's output, behind the final norm, to logits.</summary>
/// <param name="Name">The head, with no prefix in front.</param>
/// <param name="Tied">Whether it is the embedding.</param>
public sealed record HeadLayout(string Name, long Rows, long Width, bool Tied)
{
    public bool Bias { get; init; }

    /// <summary>From the hidden size to <see cref="Width"/>, behind <see cref="DecoderLayout.Base"/>.</summary>
    public LinearLayout? Projection { get; init; }

    /// <summary>The factor on the logits.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>c, where logits become c · tanh(logit / c); 0: they stay.</summary>
    public double SoftCap { get; init; }

    /// <summary>Baichuan 2's NormHead: every row is divided by its length.</summary>
    public bool NormalisedRows { get; init; }

    internal IEnumerable<ParameterShape> Parameters(string prefix) =>
    [
        .. Projection?.Parameters(prefix) ?? [],
        new($"{Name}.weight", Rows, Width),
        .. Bias ? (ParameterShape[])[new($"{Name}.bias", Rows)] : [],
    ];
}

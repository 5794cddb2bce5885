using Harness.Models.Checkpoints;

namespace Harness.Models.Decoders;

/// <summary>
/// What a checkpoint calls the tensors of a decoder and how its blocks are put together: a family's table, filled in for one config.
/// Names stand without the <c>.weight</c> or <c>.bias</c> at their end.
/// </summary>
public sealed record DecoderLayout
{
    /// <summary>Token embedding [vocabulary, embedding size].</summary>
    public required string Embedding { get; init; }

    /// <summary>Prefix of block {0}: <c>model.layers.{0}.</c></summary>
    public required string Block { get; init; }

    /// <summary>Output head [vocabulary, embedding size]; where tied, either name may be stored.</summary>
    public required string Head { get; init; }

    /// <summary>Norm behind the last block, or null.</summary>
    public required NormLayout? FinalNorm { get; init; }

    /// <summary>Learned positions, or null.</summary>
    public PositionLayout? Positions { get; init; }

    /// <summary>From embedding size to hidden size, or null where they are one.</summary>
    public string? ProjectIn { get; init; }

    /// <summary>From hidden size to embedding size, or null where they are one.</summary>
    public string? ProjectOut { get; init; }

    /// <summary>Norm in front of the attention (or behind its sum, see <see cref="NormBefore"/>); names within the block.</summary>
    public required NormLayout AttentionNorm { get; init; }

    /// <summary>The attention's linears; names within the block.</summary>
    public required AttentionLayout Attention { get; init; }

    /// <summary>Norm in front of the feed-forward part (or behind its sum).</summary>
    public required NormLayout MlpNorm { get; init; }

    /// <summary>The feed-forward linears; names within the block.</summary>
    public required MlpLayout Mlp { get; init; }

    /// <summary>True: x + f(norm(x)). False, OPT-350M: norm(x + f(x)).</summary>
    public bool NormBefore { get; init; } = true;

    /// <summary>The weights of a block's linears by their names in the checkpoint, in the order of <see cref="DecoderBlock.Linears"/>.</summary>
    public IEnumerable<string> LinearsOf(int block) => Attention.Inputs.Select(input => input.Name)
        .Concat([Attention.Output])
        .Concat(Mlp.Gate is null ? [Mlp.Up, Mlp.Down] : [Mlp.Gate, Mlp.Up, Mlp.Down])
        .Select(name => $"{string.Format(null, Block, block)}{name}.weight");
}

/// <summary>A norm's name and form.</summary>
public sealed record NormLayout(string Name, NormKind Kind, bool Affine = true);

/// <summary>Learned positions; <paramref name="Offset"/> rows come before that of position 0.</summary>
public sealed record PositionLayout(string Name, int Offset);

/// <summary>The attention's linears.</summary>
/// <param name="Inputs">q, k and v in the order in which the reference lists the modules, each marked by its role.</param>
/// <param name="Output">The projection back to the hidden size.</param>
public sealed record AttentionLayout(IReadOnlyList<(AttentionRole Role, string Name)> Inputs, string Output, bool Bias);

/// <summary>What a projection of the attention makes.</summary>
public enum AttentionRole
{
    Query, Key, Value,
}

/// <summary>The feed-forward linears. With a gate: down(act(gate(x))·up(x)); without: down(act(up(x))).</summary>
public sealed record MlpLayout(string? Gate, string Up, string Down, Activation Activation, bool Bias);

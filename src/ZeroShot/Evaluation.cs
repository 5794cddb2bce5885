using Harness.Models;
using Harness.Models.Decoders;

namespace Harness.ZeroShot;

/// <summary>
/// What rides along a walk over a model's blocks and is scored behind the last of them. The walk may be one over a checkpoint or one that prunes every block as it comes:
/// a model need never be in memory whole, nor on disk.
/// </summary>
public abstract class Evaluation : IDisposable
{
    private HiddenStates? _states;

    /// <summary>Tokens that go through every block.</summary>
    public abstract long Tokens { get; }

    /// <summary>Tokens that go through the output head.</summary>
    public abstract long HeadTokens { get; }

    /// <summary>Where the tokens stand: the input of the next block.</summary>
    protected HiddenStates States => _states ??= Embed();

    /// <summary>Sends all tokens through the next block.</summary>
    public void Advance(DecoderBlock block) => States.Advance(block, Reads(block));

    /// <summary>After the last block: the numbers; <paramref name="progress"/> hears the tokens that have gone through the head, batch by batch.</summary>
    public abstract EvaluationResult Finish(OutputHead head, IProgress<long>? progress = null);

    /// <summary>Writes where the tokens stand.</summary>
    public void Save(string path) => States.Save(path);

    /// <summary>Goes on from where an earlier process has saved the same evaluation.</summary>
    public void Resume(string path) => _states = Load(path);

    public void Dispose() => _states?.Dispose();

    /// <summary>The places whose outputs of this block are read, in order, by the next block or by <see cref="Finish"/>; null where all are.</summary>
    protected virtual IReadOnlyList<long>? Reads(DecoderBlock block) => null;

    /// <summary>What the first block reads.</summary>
    protected abstract HiddenStates Embed();

    /// <summary>What <see cref="Save"/> wrote.</summary>
    protected abstract HiddenStates Load(string path);
}

/// <summary>What an evaluation has measured.</summary>
public abstract record EvaluationResult;

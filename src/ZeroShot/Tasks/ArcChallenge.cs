namespace Harness.ZeroShot.Tasks;

/// <summary>ARC's challenge set: what retrieval and word co-occurrence answer wrongly.</summary>
public sealed class ArcChallenge : Arc
{
    public override string Name => "arc_challenge";

    public override string Folder => "ARC-Challenge";
}

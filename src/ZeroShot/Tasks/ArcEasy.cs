namespace Harness.ZeroShot.Tasks;

/// <summary>ARC's easy set.</summary>
public sealed class ArcEasy : Arc
{
    public override string Name => "arc_easy";

    public override string Folder => "ARC-Easy";
}

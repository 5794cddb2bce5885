namespace Harness;

/// <summary>An option of a method or of every recipe: <c>--name</c> on the command line, a key in grids.</summary>
/// <param name="Value">What stands for its value in the help; null for one that is there or not.</param>
/// <param name="Description">One sentence with the default.</param>
/// <param name="IsFile">Its value is the path of a file, whose content numbers depend on.</param>
public sealed record KnownOption(string Name, string? Value, string Description, bool IsFile = false)
{
    /// <summary>Whether it is there or not.</summary>
    public bool IsFlag => Value is null;
}

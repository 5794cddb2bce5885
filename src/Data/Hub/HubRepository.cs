using System.Text.RegularExpressions;

namespace Harness.Data.Hub;

/// <summary>What a repository of the hub holds.</summary>
public enum RepositoryKind
{
    /// <summary>A checkpoint.</summary>
    Model,

    /// <summary>A dataset.</summary>
    Dataset,
}

/// <summary>A repository of the hub: <c>ORG/NAME</c>, or <c>NAME</c> for the oldest ones.</summary>
public sealed partial record HubRepository(RepositoryKind Kind, string Id)
{
    /// <summary>Its folder in the hub's cache: <c>models--ORG--NAME</c>.</summary>
    public string FolderName => $"{(Kind == RepositoryKind.Model ? "models" : "datasets")}--{Id.Replace("/", "--", StringComparison.Ordinal)}";

    /// <summary>Its page under an endpoint.</summary>
    public string Page => Kind == RepositoryKind.Model ? Id : $"datasets/{Id}";

    internal string Api => Kind == RepositoryKind.Model ? $"api/models/{Id}" : $"api/datasets/{Id}";

    /// <summary>Whether a text can be the name of a repository.</summary>
    public static bool CanBe(string text) => Name().IsMatch(text) && !text.Contains("..", StringComparison.Ordinal) && !text.Contains("--", StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Id;

    [GeneratedRegex("^([A-Za-z0-9_][A-Za-z0-9._-]*/)?[A-Za-z0-9_][A-Za-z0-9._-]*$", RegexOptions.ExplicitCapture)]
    private static partial Regex Name();
}

using System.CommandLine;
using Harness.Cli.CommandLine;
using Harness.Cli.Jobs;
using Harness.Cli.Options;
using Harness.Data;

namespace Harness.Cli.Verbs.Cache;

/// <summary>Removes kinds of things from the cache. A later run makes them again; what cells said of every document comes back only where the cells run again.</summary>
internal sealed class CacheClearVerb : Verb
{
    private const string All = "all";
    private readonly Session _session;
    private readonly Argument<string[]> _kinds = new("KIND") { HelpName = "KIND", Description = $"What goes: {string.Join(", ", CacheContents.Names)} or {All}.", Arity = ArgumentArity.OneOrMore };
    private readonly Option<int?> _older = OptionFactory.Count("--older-than", "DAYS", "Only what was written so many days ago or earlier.");

    public CacheClearVerb(Session session)
        : base(
            "clear",
            "Removes what the cache holds of some kinds. Later runs make it again; the documents of a grid's cells come back only if the cells run again.",
            "harness cache clear pruned recovered --older-than 30")
    {
        _session = session;
        _kinds.CompletionSources.Add([.. CacheContents.Names, All]);
        Add(_kinds);
        Add(_older);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        var kinds = parsed.GetRequiredValue(_kinds).SelectMany(Named).Distinct().ToArray();
        var before = parsed.GetValue(_older) is { } days ? DateTime.UtcNow.AddDays(-days) : DateTime.MaxValue;
        foreach (var (kind, items) in new CacheContents(CacheFolder.Default).Clear(kinds, before))
        {
            _session.Results.WriteLine($"{kind}: {items.Count} removed, {Bytes.Text(items.Sum(item => item.Bytes))}");
        }

        return 0;
    }

    private static IReadOnlyList<string> Named(string kind) =>
        kind == All ? CacheContents.Names : CacheContents.Names.Contains(kind) ? [kind] : throw Names.Unknown("kind", kind, [.. CacheContents.Names, All]);
}

using Harness.Cli.CommandLine;

namespace Harness.Cli.Verbs.Cache;

/// <summary>What earlier runs have left for later ones.</summary>
internal sealed class CacheVerb : Verb
{
    public CacheVerb(Session session)
        : base("cache", "Lists and clears what earlier runs have left for later ones (HARNESS_CACHE).", "harness cache list")
    {
        Add(new CacheListVerb(session));
        Add(new CacheClearVerb(session));
        Action = new HelpWithExamples(isAsked: false);
    }
}

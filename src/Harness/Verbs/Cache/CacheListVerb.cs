using System.Globalization;
using Harness.Cli.CommandLine;
using Harness.Cli.Jobs;
using Harness.Data;

namespace Harness.Cli.Verbs.Cache;

/// <summary>The kinds of things in the cache, how many and how large.</summary>
internal sealed class CacheListVerb : Verb
{
    public CacheListVerb(Session session)
        : base("list", "Lists what the cache holds: kinds, items, size, and the days on which the oldest and the newest were written.", "harness cache list") => SetAction(_ =>
    {
        var table = new TextTable("kind", "items", "size", "oldest", "newest", "what");
        foreach (var (kind, items) in new CacheContents(CacheFolder.Default).List())
        {
            table.Add(
                kind.Name, $"{items.Count}", Bytes.Text(items.Sum(item => item.Bytes)), Day(items.Select(item => item.Written).Order()), Day(items.Select(item => item.Written).OrderDescending()), kind.What);
        }

        session.Results.WriteLine(CacheFolder.Default);
        table.Write(session.Results);
        return 0;
    });

    private static string Day(IEnumerable<DateTime> times) =>
        times.Select(time => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)).DefaultIfEmpty("—").First();
}

using System.CommandLine;
using System.Text;
using Harness.Cli.CommandLine;
using Harness.Cli.Options;
using Harness.Data;

namespace Harness.Cli.Verbs.Inspect;

/// <summary>The rows of a data file as JSON lines.</summary>
internal sealed class RowsVerb : Verb
{
    private readonly Session _session;
    private readonly Option<string> _file = OptionFactory.Required("--file", "FILE", "A .parquet, .jsonl or .json file; the latter two may be gzipped.");
    private readonly Option<int?> _limit = OptionFactory.Count("--limit", "N", "Only the first rows.");

    public RowsVerb(Session session)
        : base("rows", "Prints the rows of a data file as JSON lines.", "harness inspect rows --file train-00000-of-00001.parquet --limit 3")
    {
        _session = session;
        Add(_file);
        Add(_limit);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        foreach (var row in DataFile.Rows(parsed.GetRequiredValue(_file)).Take(parsed.GetValue(_limit) ?? int.MaxValue))
        {
            _session.Stop.ThrowIfCancellationRequested();
            _session.Results.WriteLine(Encoding.UTF8.GetString(row.Span));
        }

        return 0;
    }
}

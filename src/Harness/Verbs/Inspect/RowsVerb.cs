using System.CommandLine;
using System.Text;
using Harness.Cli.CommandLine;
using Harness.Cli.Options;
using Harness.Data;

namespace Harness.Cli.Verbs.Inspect;

/// <summary>The rows of a data file as JSON lines.</summary>
internal sealed class RowsVerb : Verb
{
    private const int Piece = 1 << 20;
    private readonly Session _session;
    private readonly Option<string> _file = OptionFactory.Required("--file", "FILE", "A .parquet, .arrow, .jsonl, .json, .csv or .tsv file, the last four gzipped or not, or a folder of datasets.save_to_disk.");
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
            Write(row.Span);
        }

        return 0;
    }

    /// <summary>In pieces: a row may be longer than a string can be.</summary>
    private void Write(ReadOnlySpan<byte> row)
    {
        var decoder = Encoding.UTF8.GetDecoder();
        var letters = new char[Math.Min(row.Length, Piece) + 1];
        for (; !row.IsEmpty; row = row[Math.Min(row.Length, Piece)..])
        {
            _session.Results.Write(letters.AsSpan(0, decoder.GetChars(row[..Math.Min(row.Length, Piece)], letters, flush: false)));
        }

        _session.Results.WriteLine();
    }
}

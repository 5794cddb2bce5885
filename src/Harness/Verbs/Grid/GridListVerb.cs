using Harness.Cli.CommandLine;
using Harness.Cli.Grids;
using Harness.Cli.Jobs;
using Harness.Results;

namespace Harness.Cli.Verbs.Grid;

/// <summary>All grids and how far they are.</summary>
internal sealed class GridListVerb : Verb
{
    public GridListVerb(Session session)
        : base("list", "Lists the grids with their cells: recorded, failed, all.", "harness grid list")
    {
        var place = GridOptions.Results();
        Add(place);
        SetAction(parsed =>
        {
            var results = GridPlace.Find(parsed.GetValue(place));
            var table = new TextTable("grid", "done", "failed", "cells", "title");
            foreach (var name in GridCatalog.Names(results))
            {
                var grid = GridCatalog.Load(results, name, GridWords.All);
                var records = new RecordStore(Path.Combine(results, name)).Load();
                var cells = grid.Cells(records.Select(record => record.Cell.Model).Concat(grid.Models).Distinct()).Count();
                table.Add(name, $"{records.Count(record => record.Failure is null)}", $"{records.Count(record => record.Failure is not null)}", cells == 0 ? "—" : $"{cells}", grid.Title);
            }

            table.Write(session.Results);
            return 0;
        });
    }
}

using System.Net;

namespace Harness.Results;

/// <summary>A grid's tables and plots as one page: the whole of <c>report.html</c>. It needs no script and nothing beside it.</summary>
public static class Report
{
    private const int Colours = 8, Dashes = 4;

    // Okabe and Ito's colours, which the colour-blind can tell apart; lighter on a dark page.
    private const string Style = """
        :root { color-scheme: light dark; --ink: #1a1a1a; --faint: #666; --rule: #ddd; --page: #fff;
          --c0: #0072b2; --c1: #d55e00; --c2: #009e73; --c3: #b5588f; --c4: #8a6d00; --c5: #3a8fc4; --c6: #555; --c7: #7a4fc9; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6e6e6; --faint: #a0a0a0; --rule: #3a3a3a; --page: #16181b;
          --c0: #5ab4e5; --c1: #ff8c42; --c2: #2ecc9a; --c3: #e59cc5; --c4: #e6d24a; --c5: #9ad0f5; --c6: #bbb; --c7: #b99cf0; } }
        body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page); max-width: 980px; margin: 2rem auto; padding: 0 1rem; }
        table { border-collapse: collapse; display: block; overflow-x: auto; margin: 1rem 0; font-variant-numeric: tabular-nums; }
        th, td { padding: .2rem .7rem; border-bottom: 1px solid var(--rule); white-space: nowrap; }
        th:first-child, td:first-child { text-align: left; }
        figure { display: inline-block; margin: 1rem 1rem 1rem 0; max-width: 100%; vertical-align: top; }
        figure > svg { width: 100%; display: block; }
        figcaption { font-size: 13px; color: var(--faint); }
        .legend { list-style: none; display: flex; flex-wrap: wrap; gap: .1rem 1.2rem; margin: .2rem 0; padding: 0; font-size: 13px; }
        .legend svg { margin-right: .4rem; vertical-align: middle; }
        svg path { fill: none; stroke: var(--c); stroke-width: 1.8; stroke-linejoin: round; }
        svg circle { fill: var(--c); }
        .axes path { stroke: var(--rule); stroke-width: 1; }
        svg text { font-size: 12px; fill: var(--faint); }
        .c0 { --c: var(--c0); } .c1 { --c: var(--c1); } .c2 { --c: var(--c2); } .c3 { --c: var(--c3); }
        .c4 { --c: var(--c4); } .c5 { --c: var(--c5); } .c6 { --c: var(--c6); } .c7 { --c: var(--c7); }
        .d1 path { stroke-dasharray: 7 4; } .d2 path { stroke-dasharray: 2 3; } .d3 path { stroke-dasharray: 9 3 2 3; }
        """;

    /// <summary>The page of these records.</summary>
    public static string Document(Grid grid, IReadOnlyList<CellRecord> records, Published? published = null)
    {
        var title = WebUtility.HtmlEncode(grid.Title);
        var sections = ScoreTables.Models(grid, records).Select(model => Section(grid, model, records, published));
        return $"""
            <!DOCTYPE html>
            <!-- Generated from the records in cells/; edits are overwritten. -->
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{title}</title>
            <style>
            {Style}
            </style>
            </head>
            <body>
            <h1>{title}</h1>
            {string.Concat(sections)}</body>
            </html>

            """.ReplaceLineEndings("\n");
    }

    /// <summary>A method's colour.</summary>
    internal static string ColourOf(Grid grid, GridMethod method) => $"c{grid.Methods.Where(other => !other.Method.IsDense).ToList().IndexOf(method) % Colours}";

    /// <summary>A recovery's dashes.</summary>
    internal static string DashesOf(Grid grid, GridRecovery recovery) => $"d{grid.Recoveries.ToList().IndexOf(recovery) % Dashes}";

    private static string Section(Grid grid, string model, IReadOnlyList<CellRecord> records, Published? published)
    {
        var section = new ModelSection(grid, model, records);
        var plots = string.Concat(PerplexityPlots.Of(grid, model, records).Concat(LossPlots.Of(grid, model, records)).Select(figure => $"{figure}\n"));
        return $"<h2>{WebUtility.HtmlEncode(model)}</h2>\n{MarkdownHtml.Of(section.Scores())}{plots}"
            + MarkdownHtml.Of([section.Achieved(), .. PublishedTables.Of(grid, model, records, published), section.Protocol()]);
    }
}

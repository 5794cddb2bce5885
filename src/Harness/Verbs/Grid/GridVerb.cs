using Harness.Cli.CommandLine;

namespace Harness.Cli.Verbs.Grid;

/// <summary>Tables of many cells.</summary>
internal sealed class GridVerb : Verb
{
    public GridVerb(Session session)
        : base("grid", "Runs the cells of a table, prints it and checks it.", "harness grid run table2 --models llama-2-7b,llama-2-13b --data datasets")
    {
        Add(new GridImportVerb(session));
        Add(new GridRunVerb(session));
        Add(new GridListVerb(session));
        Add(new GridCheckVerb(session));
        Add(new GridTablesVerb(session));
        Action = new HelpWithExamples(isAsked: false);
    }
}

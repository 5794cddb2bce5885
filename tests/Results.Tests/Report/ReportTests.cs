using Harness.Tests.Shared;

namespace Harness.Results.Tests;

public class ReportTests
{
    [Fact]
    public void Shows_tables_curves_and_losses() => Snapshot.Match(Report.Document(MadeUp.RecoveryGrid(), MadeUp.RecoveredRecords()), "html");

    [Fact]
    public void Is_made_of_records_alone() =>
        Report.Document(MadeUp.Grid(), [.. MadeUp.Records().Select(record => record with { Provenance = null })]).ShouldBe(Report.Document(MadeUp.Grid(), MadeUp.Records()));

    [Fact]
    public void Can_be_made_before_anything_was_run() => Report.Document(MadeUp.Grid(), []).ShouldNotContain("<figure>");

    [Fact]
    public void Needs_nothing_beside_it()
    {
        var page = Report.Document(MadeUp.RecoveryGrid(), MadeUp.RecoveredRecords());

        foreach (var outside in new[] { "<script", "<link", "<img", "src=", "href=", "url(", "@import", "http" })
        {
            page.ShouldNotContain(outside);
        }
    }

    [Fact]
    public void Escapes_what_people_write()
    {
        var page = Report.Document(MadeUp.Grid() with { Title = "a <b> & *c*" }, MadeUp.Records());

        page.ShouldContain("<h1>a &lt;b&gt; &amp; *c*</h1>");
        page.ShouldContain("magnitude*");
    }
}

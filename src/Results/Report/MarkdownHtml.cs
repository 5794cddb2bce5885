using Markdig;

namespace Harness.Results;

/// <summary>The tables' Markdown as HTML; an angle bracket in it is itself.</summary>
internal static class MarkdownHtml
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePipeTables().DisableHtml().Build();

    public static string Of(IEnumerable<string> parts) => Markdown.ToHtml(ScoreTables.Joined(parts), Pipeline);
}

using Spectre.Console;
using Spectre.Console.Rendering;

namespace Harness.Cli.Progress;

/// <summary>Progress on a terminal: a bar with rate and time left that goes when the stage ends. Colours follow NO_COLOR.</summary>
internal static class LiveBar
{
    // with the text beside it, fits a terminal of 80 columns
    private const int BarWidth = 20;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    public static void Show(Stage stage, TextWriter notes)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(notes), Interactive = InteractionSupport.Yes });
        console.Progress().AutoClear(true).HideCompleted(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn { Width = BarWidth }, new PercentageColumn(), new StageColumn(stage))
            .Start(context =>
            {
                var task = context.AddTask(Markup.Escape(stage.Title), maxValue: stage.Total);
                do
                {
                    task.Value = stage.Done;
                }
                while (stage.Wait(Look));
            });
    }

    private sealed class StageColumn(Stage stage) : ProgressColumn
    {
        protected override bool NoWrap => true;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) => new Text(StageText.Of(stage));
    }
}

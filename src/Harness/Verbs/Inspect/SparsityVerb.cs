using System.CommandLine;
using System.Globalization;
using Harness.Cli.CommandLine;
using Harness.Cli.Jobs;
using Harness.Cli.Options;
using Harness.Models.Checkpoints;
using Harness.Results;

namespace Harness.Cli.Verbs.Inspect;

/// <summary>The exact zeros of a checkpoint, and its masks.</summary>
internal sealed class SparsityVerb : Verb
{
    private readonly Session _session;
    private readonly Option<string> _model = CommonOptions.Model();
    private readonly Option<string?> _masks = OptionFactory.Written(OptionFactory.Text(
        "--masks", "OUT", "Write the masks: safetensors, uint8 of each weight's shape and name, 1 = kept."));

    private readonly Option<string?> _json = CommonOptions.Json();

    public SparsityVerb(Session session)
        : base(
            "sparsity",
            "Counts the exact zeros of each linear, each block, the decoder and the whole model, and says which linears are 2:4 or 4:8.",
            "harness inspect sparsity --model llama-7b-wanda --masks masks.safetensors")
    {
        _session = session;
        Add(_model);
        Add(_masks);
        Add(_json);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        using var folder = CheckpointFolder.Open(parsed.GetRequiredValue(_model));
        var report = new SparsityJob(folder, _session).Run(parsed.GetValue(_masks));
        JsonResult.Write(parsed.GetValue(_json), report);
        Print(report);
        return 0;
    }

    private void Print(SparsityReport report)
    {
        var table = new TextTable("weight", "shape", "zeros", "share", "2:4", "4:8");
        foreach (var block in report.Linears.GroupBy(linear => linear.Layer))
        {
            foreach (var linear in block)
            {
                table.Add(
                    linear.Name, $"[{string.Join(", ", linear.Shape)}]", Number(linear.Zeros, "0"), Number(linear.Share, "0.0000"), Mark(linear.Is2Of4), Mark(linear.Is4Of8));
            }

            AddTotal(table, $"block {block.Key}", report.Blocks[block.Key]);
        }

        AddTotal(table, "decoder linears", report.Decoder);
        AddTotal(table, "whole model", report.Whole);
        table.Write(_session.Results);
    }

    private static void AddTotal(TextTable table, string name, ZeroCount count) =>
        table.Add(name, Number(count.Elements, "0"), Number(count.Zeros, "0"), Number(count.Share, "0.0000"), "", "");

    private static string Mark(bool holds) => holds ? "yes" : "no";

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}

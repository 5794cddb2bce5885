using System.CommandLine;
using System.Globalization;
using Harness.Cli.CommandLine;
using Harness.Cli.Jobs;
using Harness.Cli.Options;
using Harness.Models.Checkpoints;

namespace Harness.Cli.Verbs.Inspect;

/// <summary>The calibration samples that prune would use, and where each is from.</summary>
internal sealed class CalibrationVerb : Verb
{
    private readonly Session _session;
    private readonly Option<string> _model = CommonOptions.Model();
    private readonly CalibrationOptions _calibration;
    private readonly Option<string?> _out = OptionFactory.Written(OptionFactory.Text("--out", "FILE", "Write the ids: safetensors, input_ids int64 [samples, length]."));

    public CalibrationVerb(Session session)
        : base(
            "calibration",
            "Draws the calibration samples that prune would use, and prints where each is from.",
            "harness inspect calibration --model llama-7b --samples 16 --length 512 --data datasets --out ids.safetensors")
    {
        _session = session;
        Add(_model);
        _calibration = new CalibrationOptions(this);
        Add(_out);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        var plan = CalibrationSource.Of(_calibration.Read(parsed), CheckpointFolder.Open(parsed.GetRequiredValue(_model)));
        var set = plan.Draw(_session);
        if (parsed.GetValue(_out) is { } path)
        {
            TokenIds.Write(path, set.OfOneLength("--out").Ids, set.Length);
        }

        var table = new TextTable("sample", "document", "tokens", "start", "rejected before");
        for (var sample = 0; sample < set.Draws.Count; sample++)
        {
            var draw = set.Draws[sample];
            table.Add(Number(sample), draw.Document is { } document ? Number(document) : "—", Number(draw.Tokens), Number(draw.Start), Number(draw.RejectedBefore));
        }

        if (set.Draws.Count > 0)
        {
            table.Write(_session.Results);
        }

        _session.Results.WriteLine($"{plan.Corpus}: {set.Samples} samples of {(set.Lengths is null ? "" : $"{set.Lengths.Min()} to ")}{set.Length} tokens, ids {set.Hash}");
        return 0;
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}

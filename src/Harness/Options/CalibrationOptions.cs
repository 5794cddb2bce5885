using System.CommandLine;
using System.Numerics;
using Harness.Cli.Jobs;
using Harness.Data.Sampling;

namespace Harness.Cli.Options;

/// <summary>--calibration (or another name), --samples, --length, --seed, --preproc and --data: what a method's statistics are taken from.</summary>
internal sealed class CalibrationOptions
{
    private readonly Option<string?> _source;
    private readonly Option<int?> _samples = OptionFactory.Count("--samples", "N", "Calibration samples (default: 128).");
    private readonly Option<int?> _length = OptionFactory.Count("--length", "T", "Tokens of a sample (default: 2048, or the model's positions where it has fewer).");
    private readonly Option<BigInteger?> _seed = OptionFactory.Integer("--seed", "N", "Seed of the sampling (default: 0).");
    private readonly Option<string?> _preproc = OptionFactory.Text(
        "--preproc", "NAME", $"How samples are made: {string.Join(", ", SamplingRule.Known)} (default: papers; the others are llmc's, docs/llmc.md).", [.. SamplingRule.Known]);

    private readonly Option<string?> _data = CommonOptions.Data();

    /// <param name="command">Gets the options.</param>
    /// <param name="name">Of the option that names the text.</param>
    /// <param name="fallback">The text that the verb takes where none is named.</param>
    public CalibrationOptions(Command command, string name = "--calibration", string fallback = "c4")
    {
        _source = OptionFactory.Text(
            name,
            "c4|wikitext2|FILE",
            $"Calibration text (default: {fallback}). FILE: .txt is one text, .jsonl, .json.gz or .parquet hold documents, .safetensors holds input_ids [samples, length].",
            "c4",
            "wikitext2");
        foreach (var option in new Option[] { _source, _samples, _length, _seed, _preproc, _data })
        {
            command.Add(option);
        }
    }

    /// <summary>What was asked for.</summary>
    public CalibrationChoice Read(ParseResult parsed) => new(
        parsed.GetValue(_source), parsed.GetValue(_samples), parsed.GetValue(_length), parsed.GetValue(_seed), parsed.GetValue(_preproc), parsed.GetValue(_data));
}

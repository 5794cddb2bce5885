using System.CommandLine;
using Harness.Cli.CommandLine;
using Harness.Cli.Jobs;
using Harness.Cli.Options;
using Harness.Cli.Progress;
using Harness.LoraFinetune.Adapters;
using Harness.Models;
using Harness.Models.Checkpoints;

namespace Harness.Cli.Verbs.Inspect;

/// <summary>Logits and hidden states of given ids, to be compared with another implementation's.</summary>
internal sealed class LogitsVerb : Verb
{
    private readonly Session _session;
    private readonly Option<string> _model = CommonOptions.Model();
    private readonly Option<string?> _adapter = CommonOptions.Adapter();
    private readonly Option<string> _ids = OptionFactory.Required("--ids", "IN", "Safetensors with input_ids [rows, length] of any integer type.");
    private readonly Option<string> _out = OptionFactory.Written(OptionFactory.Required(
        "--out", "OUT", "Safetensors, float32: logits [rows, length, vocabulary], hidden_states.0 (the first block's input) to hidden_states.L (the last one's output)."));

    private readonly ComputeOptions _compute;

    public LogitsVerb(Session session)
        : base(
            "logits",
            "Writes the logits and every layer's hidden states of given token ids.",
            "harness inspect logits --model llama-7b --ids ids.safetensors --out logits.safetensors")
    {
        _session = session;
        Add(_model);
        Add(_adapter);
        Add(_ids);
        Add(_out);
        _compute = new ComputeOptions(this, "Load and compute in this type (default: float32 on the CPU, the checkpoint's own on CUDA).");
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        var ids = TokenIds.Read(parsed.GetRequiredValue(_ids));
        using var model = _compute.Open(parsed, parsed.GetRequiredValue(_model));
        using var adapter = parsed.GetValue(_adapter) is { } folder ? PeftFolder.Read(folder, model) : null;
        model.Overlay = adapter?.Overlay ?? model.Overlay;
        model.CheckWindow(ids.Length);
        var path = parsed.GetRequiredValue(_out);
        Durable.WriteFile(path, stream => Write(new SafetensorsWriter(stream, Declared(model, ids)), model, ids));
        _session.Results.WriteLine($"{path}: logits [{ids.Rows}, {ids.Length}, {model.Config.VocabSize}], hidden_states.0 to hidden_states.{model.Config.Layers}");
        return 0;
    }

    private static IReadOnlyList<StoredTensor> Declared(CausalLM model, TokenIds ids) =>
    [
        new("logits", ElementType.Float32, [ids.Rows, ids.Length, model.Config.VocabSize]),
        .. Enumerable.Range(0, model.Config.Layers + 1)
            .Select(layer => new StoredTensor($"hidden_states.{layer}", ElementType.Float32, [ids.Rows, ids.Length, model.Config.HiddenSize])),
    ];

    private void Write(SafetensorsWriter writer, CausalLM model, TokenIds ids)
    {
        using var stage = _session.Begin("logits", model.Config.Layers + 1, "blocks");
        var progress = new BlockProgress(stage, ids.Values.Length);
        model.Progress = progress;
        using var states = HiddenStates.Embed(model, ids.Values, ids.Length);
        WriteStates(0);
        foreach (var block in model.Blocks())
        {
            states.Advance(block);
            WriteStates(block.Index + 1);
            progress.Next();
        }

        WriteLogits(writer, model, states);
        writer.Complete();

        void WriteStates(int layer)
        {
            using var scope = NewDisposeScope();
            writer.Write($"hidden_states.{layer}", states.Values);
        }
    }

    private static void WriteLogits(SafetensorsWriter writer, CausalLM model, HiddenStates states)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var head = model.Head();
        var logits = empty([states.Sequences, states.Length, model.Config.VocabSize], ScalarType.Float32);
        for (long row = 0; row < states.Sequences; row++)
        {
            using var inner = NewDisposeScope();
            logits.narrow(0, row, 1).copy_(head.Logits(states.Batch(row, 1)));
        }

        writer.Write("logits", logits);
    }
}

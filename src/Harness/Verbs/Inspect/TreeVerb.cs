using System.CommandLine;
using System.Text.Json.Nodes;
using Harness.Cli.CommandLine;
using Harness.Cli.Jobs;
using Harness.Cli.Options;
using Harness.Models.Checkpoints;
using Harness.Prune.Symbolic;

namespace Harness.Cli.Verbs.Inspect;

/// <summary>An expression tree in its forms, and its value on given tensors.</summary>
internal sealed class TreeVerb : Verb
{
    private const string Value = "metric";

    private readonly Session _session;
    private readonly Option<string> _tree = OptionFactory.Required("--tree", "FILE|FORMULA", "A JSON file, JSON or a formula.");
    private readonly Option<string?> _inputs = OptionFactory.Text("--inputs", "IN", "Evaluate the tree on W [out, in], G [out, in] and X [1, in] of this safetensors file, taken as they are.");
    private readonly Option<string?> _out = OptionFactory.Written(OptionFactory.Text("--out", "OUT", $"Write the value: safetensors, {Value}, float32."));
    private readonly Option<string?> _json = CommonOptions.Json();

    public TreeVerb(Session session)
        : base(
            "tree",
            "Shows a tree of pruner-zero in its forms and what it needs, and evaluates it.",
            "harness inspect tree --tree 'mul(abs(mul(W, W)), mms(G))'",
            "harness inspect tree --tree best_tree.json --inputs tensors.safetensors --out metric.safetensors")
    {
        _session = session;
        Add(_tree);
        Add(_inputs);
        Add(_out);
        Add(_json);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        var tree = TreeText.Read(parsed.GetRequiredValue(_tree));
        var (inputs, output) = (parsed.GetValue(_inputs), parsed.GetValue(_out));
        if (inputs is null && output is not null)
        {
            throw new InputException("--out needs --inputs IN, the tensors to evaluate the tree on.");
        }

        var value = inputs is null ? null : Evaluated(tree, inputs, output);
        JsonResult.Write(parsed.GetValue(_json), new TreeReport(tree, value));
        Print(tree, value);
        return 0;
    }

    private void Print(Tree tree, TreeValueReport? value)
    {
        var results = _session.Results;
        results.WriteLine($"formula  {tree}");
        results.WriteLine($"reads    {tree.ToMaths()}");
        results.WriteLine($"JSON     {tree.ToJson().ToJsonString(JsonResult.Unescaped)}");
        results.WriteLine($"size     {tree.Size} nodes, {tree.Depth} levels below the root");
        results.WriteLine($"needs    {(tree.Uses("G") ? "gradients" : "no gradients")}, {(tree.Uses("X") ? "calibration" : "no calibration")}");
        if (value is not null)
        {
            results.WriteLine($"value    [{string.Join(", ", value.Shape)}], {value.Nan} NaN, {value.Infinite} infinite");
        }
    }

    private static TreeValueReport Evaluated(Tree tree, string path, string? output)
    {
        using var scope = NewDisposeScope();
        using var file = SafetensorsFile.Open(path);
        var inputs = new TreeInputs(Load("W"), Load("G"), Load("X") is { ndim: 1 } row ? row.unsqueeze(0) : Load("X"));
        Check(path, inputs);
        var value = tree.Evaluate(inputs);
        if (output is not null)
        {
            Durable.WriteFile(output, stream =>
            {
                var writer = new SafetensorsWriter(stream, [new StoredTensor(Value, ElementType.Float32, value.shape)]);
                writer.Write(Value, value);
                writer.Complete();
            });
        }

        var nan = value.isnan().sum().item<long>();
        return new TreeValueReport(value.shape, nan, value.numel() - nan - value.isfinite().sum().item<long>());

        Tensor? Load(string terminal) => tree.Uses(terminal) ? file.Load(terminal).to(float32) : null;
    }

    /// <summary>Refuses tensors that do not go together: W and G of one shape, X a row of their width.</summary>
    private static void Check(string path, TreeInputs inputs)
    {
        var (matrix, row) = (inputs.W ?? inputs.G, inputs.X);
        var isWrong = new[] { inputs.W, inputs.G, row }.Any(tensor => tensor is not null && tensor.ndim != 2)
            || (inputs.W is not null && inputs.G is not null && !inputs.W.shape.SequenceEqual(inputs.G.shape))
            || (row is not null && (row.shape[0] != 1 || (matrix is not null && row.shape[1] != matrix.shape[1])));
        if (isWrong)
        {
            var shapes = new[] { ("W", inputs.W), ("G", inputs.G), ("X", row) }.Where(input => input.Item2 is not null).Select(input => $"{input.Item1} [{string.Join(", ", input.Item2!.shape)}]");
            throw new InputException($"{path} holds {string.Join(", ", shapes)}; W and G [out, in] and X [1, in] were expected.");
        }
    }

    /// <summary>What --json writes (docs/json.md).</summary>
    private sealed record TreeReport(string Formula, string Reads, JsonObject Tree, int Size, int Depth, IReadOnlyDictionary<string, int> Leaves, TreeValueReport? Value)
    {
        public TreeReport(Tree tree, TreeValueReport? value)
            : this(
                tree.ToString(), tree.ToMaths(), tree.ToJson(), tree.Size, tree.Depth,
                Prune.Symbolic.Tree.Terminals.ToDictionary(terminal => terminal, terminal => tree.Nodes.Count(node => node.Symbol == terminal)), value)
        {
        }
    }

    /// <summary>What came out.</summary>
    private sealed record TreeValueReport(IReadOnlyList<long> Shape, long Nan, long Infinite);
}

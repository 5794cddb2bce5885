using Harness.Models;
using Harness.Models.Decoders.Layouts;
using Harness.Prune.Calibration;
using Harness.Prune.Symbolic;

namespace Harness.Prune.Methods;

/// <summary>
/// A tree as the metric of a linear. Its leaves: W is |weight|, G the gradient statistic as its file has it, X the squared input norm s of Wanda, without the root. Only what it uses is needed.
/// </summary>
internal sealed class TreeMetric
{
    private static readonly KnownOption Option = new(
        "tree", "FILE|FORMULA", $"Expression tree: a JSON file, JSON or a formula (default: {Tree.Best}).", IsFile: true);

    private readonly Tree _tree;
    private readonly GradientOptions? _gradients;

    private TreeMetric(Tree tree, GradientOptions? gradients) => (_tree, _gradients) = (tree, gradients);

    /// <summary>The tree and its gradients.</summary>
    public static IReadOnlyList<KnownOption> Options { get; } = [Option, .. GradientOptions.All];

    /// <summary>What must be known of the input.</summary>
    public StatisticKinds Needs => _tree.Uses("X") ? StatisticKinds.ColumnSquares : StatisticKinds.None;

    public static TreeMetric Read(Settings settings)
    {
        var tree = settings.Text(Option.Name) is { } given ? TreeText.Read(given) : Tree.Best;
        return new TreeMetric(tree, tree.Uses("G") ? GradientOptions.Required(settings, $"The tree {tree}") : null);
    }

    /// <summary>Refuses gradients that are not of this model.</summary>
    public void Check(CausalLM model, IReadOnlyList<(string Parameter, LinearLayout Linear)> linears) => _gradients?.Check(model, linears);

    /// <summary>The metric of a whole linear, and the same for columns of it that have changed.</summary>
    public Evaluated Of(PrunableLinear linear)
    {
        var x = _tree.Uses("X") ? linear.Input.MeanColumnSquares().unsqueeze(0) : null;
        return new Evaluated(_tree, linear, new TreeInputs(Magnitudes(linear.W), _gradients?.Of(linear), x));
    }

    private static Tensor Magnitudes(Tensor weights) => weights.abs().to(float32);

    /// <summary>A tree over one linear.</summary>
    internal sealed class Evaluated : IDisposable
    {
        private readonly Tree _tree;
        private readonly string _linear;
        private readonly TreeInputs _inputs;
        private readonly TreeValue _value;

        public Evaluated(Tree tree, PrunableLinear linear, TreeInputs inputs)
        {
            (_tree, _linear, _inputs, _value) = (tree, linear.Linear.Name, inputs, new TreeValue(tree));
            Whole = Metric(inputs, linear.W.shape);
        }

        /// <summary>[out, in].</summary>
        public Tensor Whole { get; }

        /// <summary>Of columns with other weights, placed in the whole matrix as it was. weights: [out, width] → the same shape.</summary>
        public Tensor Columns(Tensor weights, long first) => Metric(_inputs.Columns(Magnitudes(weights), first), weights.shape);

        public void Dispose() => _value.Dispose();

        private Tensor Metric(TreeInputs inputs, long[] shape)
        {
            using var scope = NewDisposeScope();
            var metric = _value.Of(inputs).expand(shape).contiguous(); // X alone has one row for all
            var undefined = metric.isnan().sum().item<long>();
            return undefined == 0 ? metric.MoveToOuterDisposeScope()
                : throw new InputException($"The tree {_tree} is NaN for {undefined} of {metric.numel()} weights of {_linear}, so they have no order. Use another tree.");
        }
    }
}

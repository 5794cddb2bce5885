using Harness.Models.Checkpoints;
using Harness.Tests.Shared;

namespace Harness.Samples.Tests;

/// <summary>What the samples' trainings begin with.</summary>
public sealed class FirstWeightsTests(FirstWeightsTests.Written written) : IClassFixture<FirstWeightsTests.Written>
{
    public static TheoryData<string, string, string> Readers => new()
    {
        { "samples-llama", "model.layers.1.input_layernorm", "model.layers.1.self_attn.v_proj" },
        { "samples-llama", "model.layers.1.post_attention_layernorm", "model.layers.1.mlp.gate_proj" },
        { "samples-opt", "model.decoder.layers.1.self_attn_layer_norm", "model.decoder.layers.1.self_attn.q_proj" },
        { "samples-opt", "model.decoder.layers.1.final_layer_norm", "model.decoder.layers.1.fc1" },
    };

    public static TheoryData<string, string, string> Chains => new()
    {
        { "samples-llama", "model.layers.2.self_attn.v_proj", "model.layers.2.self_attn.o_proj" },
        { "samples-llama", "model.layers.2.mlp.up_proj", "model.layers.2.mlp.down_proj" },
        { "samples-opt", "model.decoder.layers.2.self_attn.v_proj", "model.decoder.layers.2.self_attn.out_proj" },
        { "samples-opt", "model.decoder.layers.2.fc1", "model.decoder.layers.2.fc2" },
    };

    [Theory]
    [MemberData(nameof(Readers))]
    public void Features_behind_a_norm_are_uneven_and_the_columns_that_read_them_undo_it(string model, string norm, string reader)
    {
        var (scales, columns) = (written.Load(model, norm), ColumnNorms(written.Load(model, reader)));

        Unevenness(scales).ShouldBeInRange(1.05, 1.45);
        Unevenness(columns).ShouldBeGreaterThan(0.7);
        Unevenness(columns * scales).ShouldBeLessThan(0.4);
    }

    [Theory]
    [MemberData(nameof(Chains))]
    public void Features_that_a_linear_makes_are_uneven_and_the_columns_that_read_them_undo_it(string model, string maker, string reader)
    {
        // the maker's rows carry its own columns' unevenness alike, so their norms are the scales but for a factor
        var (scales, columns) = (ColumnNorms(written.Load(model, maker).t()), ColumnNorms(written.Load(model, reader)));

        Unevenness(scales).ShouldBeInRange(0.95, 1.55);
        Unevenness(columns * scales).ShouldBeLessThan(0.5 * Unevenness(scales));
    }

    [Theory]
    [InlineData("samples-llama", "model.layers.0.self_attn")]
    [InlineData("samples-opt", "model.decoder.layers.0.self_attn")]
    public void Keys_begin_as_queries_do(string model, string attention) =>
        allclose(written.Load(model, $"{attention}.k_proj"), written.Load(model, $"{attention}.q_proj"), 0, 0).ShouldBeTrue();

    // of the logarithms, so that scales and their inverses are equally uneven
    private static double Unevenness(Tensor values) => values.log().std().item<float>();

    private static Tensor ColumnNorms(Tensor matrix) => matrix.square().mean([0]).sqrt();

    /// <summary>Written once for all tests.</summary>
    public sealed class Written : IDisposable
    {
        private readonly TemporaryFolder _folder = new();
        private readonly Dictionary<string, CheckpointFolder> _checkpoints;

        public Written()
        {
            foreach (var model in SampleModel.All)
            {
                model.Write(_folder[model.Name], seed: 5);
            }

            _checkpoints = SampleModel.All.ToDictionary(model => model.Name, model => CheckpointFolder.Open(_folder[model.Name]));
        }

        internal Tensor Load(string model, string name) => _checkpoints[model].Load($"{name}.weight");

        public void Dispose()
        {
            foreach (var checkpoint in _checkpoints.Values)
            {
                checkpoint.Dispose();
            }

            _folder.Dispose();
        }
    }
}

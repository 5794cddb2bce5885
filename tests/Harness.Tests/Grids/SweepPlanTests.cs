using System.Text.Json;
using Harness.Cli.Evaluations;
using Harness.Cli.Grids;
using Harness.Models.Checkpoints;
using Harness.Prune;
using Harness.Prune.Methods;
using TorchSharp;

namespace Harness.Tests.Grids;

/// <summary>What is reckoned on paper for models that no test could load.</summary>
public sealed class SweepPlanTests : IDisposable
{
    private const long Hidden = 8192;
    private const long Inner = 28672;
    private const long KeyValues = 1024;
    private const long Vocabulary = 32000;
    private const int Layers = 80;
    private const long BlockWeights = (2 * Hidden * Hidden) + (2 * Hidden * KeyValues) + (3 * Hidden * Inner);

    private static readonly TokenCount Calibration = new(128, 2048, 0);
    private static readonly TokenCount Wikitext = new(166, 2048, 166 * 2047);

    private readonly TemporaryFolder _folder = new();
    private readonly ModelConfig _llama70B;

    public SweepPlanTests()
    {
        var config = new
        {
            model_type = "llama",
            hidden_size = Hidden,
            intermediate_size = Inner,
            num_attention_heads = 64,
            num_key_value_heads = 8,
            num_hidden_layers = Layers,
            vocab_size = Vocabulary,
            max_position_embeddings = 4096,
            rms_norm_eps = 1e-5,
            hidden_act = "silu",
            tie_word_embeddings = false,
        };
        _llama70B = ModelConfig.Read(_folder.Write("config.json", JsonSerializer.Serialize(config)));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Seventy_billion_weights_are_pruned_for_a_whole_table_on_a_gpu_of_80_GB()
    {
        var memory = Plan(Propagation.Sequential, MemoryBudget.Parse("100TB"), DeviceType.CUDA, 80_000_000_000).Memory;

        memory.Weights.ShouldBe(3 * BlockWeights * 2);
        (memory.FixedOnDevice + memory.OnDevice).ShouldBeLessThan(80_000_000_000);
        // what is scored has the room that is left on the device, the rest lies on the host
        memory.OnDevice.ShouldBeGreaterThan(0);
        (memory.OnDevice % (Wikitext.Tokens * Hidden * 2)).ShouldBe(0);
        (memory.OnDevice + memory.HiddenStates).ShouldBe((16 * Wikitext.Tokens + 10 * Calibration.Tokens) * Hidden * 2);
        memory.OnDisk.ShouldBe(0);
        memory.Fixed.ShouldBeLessThan(1_000_000_000);
    }

    [Fact]
    public void A_device_that_does_not_hold_a_block_is_refused() =>
        Should.Throw<InputException>(() => Plan(Propagation.Sequential, MemoryBudget.Parse("100TB"), DeviceType.CUDA, 8_000_000_000)).Message
            .ShouldStartWith("The device has 8 GB of memory free; a block, its statistics and the output head alone take ");

    [Fact]
    public void Where_nobody_knows_what_a_device_has_free_states_lie_on_the_host() =>
        Plan(Propagation.Sequential, MemoryBudget.Parse("100TB"), DeviceType.CUDA).Memory.OnDevice.ShouldBe(0);

    [Fact]
    public void Dense_propagation_needs_two_sets_of_calibration_tokens_however_many_cells_there_are() =>
        Plan(Propagation.Dense, MemoryBudget.Parse("100TB")).Memory.HiddenStates.ShouldBe((16 * Wikitext.Tokens + 2 * Calibration.Tokens) * Hidden * 2);

    [Fact]
    public void What_the_budget_does_not_hold_goes_to_disk()
    {
        var whole = Plan(Propagation.Sequential, MemoryBudget.Parse("100TB")).Memory;
        var budget = new MemoryBudget(Environment.WorkingSet + whole.Fixed + 20_000_000_000);

        var plan = Plan(Propagation.Sequential, budget).Memory;

        plan.Fixed.ShouldBe(whole.Fixed);
        plan.HiddenStates.ShouldBeInRange(15_000_000_000, 20_000_000_000);
        (plan.HiddenStates + plan.OnDisk).ShouldBe(whole.HiddenStates);
    }

    [Fact]
    public void What_is_multiplied_is_counted_once_for_all_that_share_it()
    {
        var (sequential, dense) = (Plan(Propagation.Sequential, MemoryBudget.OfMachine), Plan(Propagation.Dense, MemoryBudget.OfMachine));
        double tokens = Calibration.Tokens;
        var attention = 4.0 * 128 * Hidden * (2048 * 2049 / 2);
        var through = (2 * tokens * BlockWeights) + attention;
        var observed = through - (2 * tokens * Hidden * Inner);

        sequential.Calibration.Flops.ShouldBe((observed * (1 + (10 * (Layers - 1)))) + (10 * through * (Layers - 1)), 1e12);
        dense.Calibration.Flops.ShouldBe(through * Layers, 1e12);
        sequential.Scoring.Flops.ShouldBe(dense.Scoring.Flops);
        sequential.Scoring.Flops.ShouldBe(
            16.0 * ((Layers * ((2.0 * Wikitext.Tokens * BlockWeights) + (4.0 * 166 * Hidden * (2048 * 2049 / 2)))) + (2.0 * Wikitext.HeadTokens * Hidden * Vocabulary)), 1e12);
        // five cells of sparsegpt: their Hessians differ behind the first block, or nowhere
        var gram = (3 * Hidden * Hidden * tokens) + (2.0 / 3 * 3 * Hidden * Hidden * Hidden) + ((double)Inner * Inner * tokens) + (2.0 / 3 * Inner * Inner * Inner);
        sequential.Pruning.Doubles.ShouldBe(gram * (1 + (5 * (Layers - 1))), 1e12);
        dense.Pruning.Doubles.ShouldBe(gram * Layers, 1e12);
        dense.Seconds(1e14).ShouldBe((dense.Flops + dense.Pruning.Doubles) / 1e14, 1e-6);
    }

    private SweepPlan Plan(Propagation propagation, MemoryBudget memory, DeviceType device = DeviceType.CPU, long? onDevice = null)
    {
        (PruningRecipe?, bool)[] cells =
        [
            (null, true),
            .. from method in (string[])["magnitude", "wanda", "sparsegpt"]
               from sparsity in (string[])["0.25", "0.5", "0.75", "2:4", "4:8"]
               select ((PruningRecipe?)new PruningRecipe(PruningMethods.Named(method), Sparsity.Parse(sparsity), propagation), true),
        ];
        return SweepPlan.Of(_llama70B, TorchSharp.torch.ScalarType.Float16, device, cells, Calibration, [Wikitext], memory, onDevice);
    }
}

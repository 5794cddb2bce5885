using Harness.Prune.Methods;
using System.Text.Json.Nodes;

namespace Harness.Tests.Verbs;

/// <summary>What prune refuses, each with its whole sentence; nothing is left behind.</summary>
public sealed class PruneVerbRefusalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PruneVerbRefusalTests()
    {
        new TinyLlama().Write(Model);
        SafetensorsText.WriteIds(Ids, [.. Enumerable.Range(0, 4 * 16).Select(i => (long)(i * 7 % 256))], 4, 16);
    }

    private string Model => _folder["model"];

    private string Ids => _folder["ids.safetensors"];

    private string Weights => Path.Combine(Model, "model.safetensors");

    private string Config => Path.Combine(Model, "config.json");

    public void Dispose()
    {
        Directory.EnumerateFileSystemEntries(_folder.Path, "*out*").ShouldBeEmpty();
        _folder.Dispose();
    }

    [Fact]
    public void An_unknown_method() => Refusal("--method", "wnda").ShouldBe("Unknown method 'wnda'. Did you mean 'wanda'? Known: " + string.Join(", ", PruningMethods.Known) + ".");

    [Theory]
    [InlineData("1.5")]
    [InlineData("0")]
    [InlineData("4:2")]
    [InlineData("half")]
    public void An_unknown_sparsity(string sparsity) => Refusal("--sparsity", sparsity).ShouldBe(
        $"Unknown sparsity '{sparsity}'. Give a ratio between 0 and 1 (0.5 or 50%), n:m with 0 < n < m (2:4 keeps 2 of every 4), or dense.");

    [Fact]
    public void A_sparsity_that_prunes_nothing() =>
        Refusal("--sparsity", "dense").ShouldBe("Sparsity 'dense' leaves nothing to prune. Give a ratio between 0 and 1 (0.5 or 50%) or n:m (2:4).");

    [Fact]
    public void Groups_that_do_not_fit_sparsegpts_blocks() => Refusal("--method", "sparsegpt", "--sparsity", "2:3").ShouldBe(
        "Sparsity '2:3' is not supported by sparsegpt: groups of 3 do not divide its block of 128 columns. Use 2:4, 4:8 or a ratio.");

    [Fact]
    public void Groups_that_leave_too_narrow_a_tail() => Refusal("--sparsity", "3:10").ShouldBe(
        "model.layers.0.self_attn.q_proj.weight has 32 inputs: groups of 10 leave a last one of 2, too narrow to lose 7. Use a ratio, or a group that divides the width.");

    [Fact]
    public void An_unknown_propagation() =>
        Refusal("--propagate", "dens").ShouldBe("Unknown propagation 'dens'. Did you mean 'dense'? Known: dense, sequential.");

    [Fact]
    public void An_unknown_type() => Refusal("--dtype", "float8").ShouldBe("Unknown dtype 'float8'. Did you mean 'float16'? Known: bfloat16, float16, float32.");

    [Fact]
    public void An_unknown_device() => Refusal("--device", "gpu").ShouldBe("Unknown device 'gpu'. Use cpu, cuda or cuda:N.");

    [Fact]
    public void A_device_that_is_not_there()
    {
        Assert.SkipWhen(TorchSharp.torch.cuda.is_available(), "there is a CUDA device");
        Refusal("--device", "cuda:1").ShouldBe(
            $"No CUDA device for --device cuda:1: libtorch {TorchSharp.torch.__version__} sees none. Use --device cpu, or build against a libtorch with CUDA (HARNESS_LIBTORCH).");
    }

    [Fact]
    public void Float16_where_the_processor_cannot_multiply_it()
    {
        Assert.SkipUnless(TorchSharp.torch.__version__.StartsWith("1."), "this libtorch multiplies float16 on the CPU");
        Refusal("--dtype", "float16").ShouldBe(
            $"libtorch {TorchSharp.torch.__version__} cannot multiply matrices in float16 on cpu. Use --dtype bfloat16 or float32, or compute on --device cuda.");
    }

    [Fact]
    public void More_threads_than_cores() => Refusal("--threads", "100000").ShouldBe(
        $"--threads is 100000; this machine has {Environment.ProcessorCount} cores. Give as many or fewer.");

    [Fact]
    public void An_output_that_exists()
    {
        var taken = Directory.CreateDirectory(_folder["taken"]).FullName;
        Program.Refuse("prune", "--model", "absent", "--method", "wanda", "--sparsity", "0.5", "--out", taken)
            .ShouldBe($"{taken} already exists. Choose another output folder or remove it.");
    }

    [Fact]
    public void An_output_below_a_file() => Refusal("--out", Path.Combine(Config, "pruned")).ShouldStartWith($"{Path.Combine(Config, "pruned")} cannot be written: ");

    [Fact]
    public void A_model_that_does_not_exist() => Program.Refuse("prune", "--model", _folder["absent"], "--method", "wanda", "--sparsity", "0.5", "--out", _folder["out"])
        .ShouldBe($"{_folder["absent"]} does not exist; a folder with config.json and model.safetensors was expected.");

    [Fact]
    public void An_unknown_architecture()
    {
        Edit(config => config["model_type"] = "lama");
        Refusal().ShouldStartWith($"{Config}: Unknown model_type 'lama'. Did you mean 'llama'? Known: ");
    }

    [Fact]
    public void A_missing_tensor()
    {
        Edit(config => config["num_hidden_layers"] = 3);
        Refusal().ShouldStartWith($"{Model} has no tensor 'model.layers.2.self_attn.q_proj.weight'. Did you mean 'model.layers.0.self_attn.q_proj.weight'? ");
    }

    [Fact]
    public void A_tensor_of_another_shape()
    {
        Edit(config => config["intermediate_size"] = 64);
        Refusal().ShouldBe(
            $"model.layers.0.mlp.gate_proj.weight in {Model} has shape [48, 32]; config.json implies [64, 32]. Are config and weights from the same checkpoint?");
    }

    [Fact]
    public void Truncated_weights()
    {
        using (var stream = File.OpenWrite(Weights))
        {
            stream.SetLength(stream.Length - 4);
        }

        Refusal().ShouldStartWith($"{Weights} is truncated: tensor 'lm_head.weight' ends at byte ");
    }

    [Fact]
    public void Weights_that_are_not_finite()
    {
        new TinyLlama { Change = (name, values) => values[0] = name == "model.layers.1.mlp.up_proj.weight" ? float.NaN : values[0] }.Write(Model);
        Refusal().ShouldBe("model.layers.1.mlp.up_proj.weight holds NaN or infinity: layer 1, mlp.up_proj cannot be pruned. Is the checkpoint damaged?");
    }

    [Fact]
    public void Activations_that_are_not_finite()
    {
        new TinyLlama
        {
            Change = (name, values) =>
            {
                if (name.StartsWith("model.layers.0.mlp.up_proj"))
                {
                    values.AsSpan().Fill(1e38f);
                }
            },
        }.Write(Model);
        Refusal().ShouldBe("The input of mlp.down_proj in layer 0 holds NaN or infinity during calibration, so nothing can be measured there. Does the dense model work on this text?");
    }

    [Fact]
    public void Samples_longer_than_the_models_positions()
    {
        SafetensorsText.WriteIds(Ids, new long[100], 1, 100);
        Refusal().ShouldBe($"Calibration samples of 100 tokens are longer than the model's 64 positions ({Config}). Use 64 or less.");
    }

    [Fact]
    public void Ids_outside_the_vocabulary()
    {
        SafetensorsText.WriteIds(Ids, [1, 2, 260, 3], 2, 2);
        Refusal().ShouldBe($"Token id 260 lies outside the vocabulary of 260 ({Config}). Are tokenizer and weights from the same checkpoint?");
    }

    [Fact]
    public void Ids_that_are_no_rows()
    {
        SafetensorsText.WriteIds(Ids, [1, 2], 2);
        Refusal().ShouldBe($"{Ids}: tensor 'input_ids' has shape [2]; [samples, length] was expected, both 1 or more.");
    }

    [Fact]
    public void Other_numbers_than_the_given_samples_have() => Refusal("--samples", "128").ShouldBe(
        $"--samples is 128, and {Ids} holds input_ids [4, 16], which are used as they are. Leave --samples out.");

    [Fact]
    public void A_seed_for_given_samples() =>
        Refusal("--seed", "0").ShouldBe($"--seed belongs to sampling; {Ids} holds the samples themselves. Leave --seed out.");

    [Fact]
    public void An_unknown_corpus() =>
        Refusal("--calibration", "wikitext").ShouldBe("Unknown corpus 'wikitext'. Did you mean 'wikitext2'? Known: c4, the path of a file, wikitext2.");

    [Fact]
    public void A_corpus_without_a_data_root() =>
        Refusal("--calibration", "c4").ShouldBe($"c4 train not found: allenai/c4/en/c4-train.00000-of-01024.json.gz is not in {Program.HubCache}. Fetch it: harness download c4.");

    [Fact]
    public void A_data_root_that_lacks_the_corpus()
    {
        Refusal("--calibration", "c4", "--data", _folder.Path).ShouldBe(
            $"c4 train not found: allenai/c4/en/c4-train.00000-of-01024.json.gz is not in {_folder.Path}. Fetch it: harness download c4 --data {_folder.Path}.");
    }

    [Fact]
    public void A_model_that_was_not_fetched()
    {
        Refusal("--model", "org/name").ShouldBe($"org/name is neither a folder nor in the hub's cache {Program.HubCache}. Fetch it: harness download org/name.");
        Refusal("--model", "org/name@v1").ShouldBe($"org/name@v1 is neither a folder nor in the hub's cache {Program.HubCache}. Fetch it: harness download org/name --revision v1.");
    }

    [Fact]
    public void A_text_that_is_too_short() => Refusal("--calibration", _folder.Write("short.txt", "seven b"), "--length", "8", "--samples", "2").ShouldBe(
        "short.txt has 8 tokens; samples of 8 need more than 8. Use a shorter length or a longer text.");

    [Fact]
    public void Documents_that_are_too_short() => Refusal("--calibration", _folder.Write("short.jsonl", """{"text": "seven b"}"""), "--length", "8", "--samples", "2").ShouldBe(
        "No document of short.jsonl can have more than 8 tokens, as samples of 8 need: the longest of its 1 has 7 bytes, so the acceptance rate is 0 %. Use a shorter length or a corpus of longer documents.");

    /// <summary>The sentence for a command line that is right but for what is given here.</summary>
    private string Refusal(params string[] changes)
    {
        var options = new Dictionary<string, string>
        {
            ["--model"] = Model,
            ["--method"] = "wanda",
            ["--sparsity"] = "0.5",
            ["--calibration"] = Ids,
            ["--out"] = _folder["out"],
        };
        foreach (var pair in changes.Chunk(2))
        {
            options[pair[0]] = pair[1];
        }

        return Program.Refuse(["prune", .. options.SelectMany(option => new[] { option.Key, option.Value })]);
    }

    private void Edit(Action<JsonObject> change)
    {
        var config = JsonNode.Parse(File.ReadAllText(Config))!.AsObject();
        change(config);
        File.WriteAllText(Config, config.ToJsonString());
    }
}

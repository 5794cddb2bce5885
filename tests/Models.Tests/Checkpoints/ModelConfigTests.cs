using System.Text.Json.Nodes;
using Harness.Models.Checkpoints;
using Harness.Models.Decoders.Families;
using Harness.Models.Decoders.Layouts;

namespace Harness.Models.Tests.Checkpoints;

public sealed class ModelConfigTests : IDisposable
{
    private const string Llama = """
        {"model_type":"llama","hidden_size":64,"intermediate_size":96,"num_hidden_layers":2,"num_attention_heads":4,"vocab_size":100}
        """;

    private const string Opt = """
        {"model_type":"opt","hidden_size":64,"ffn_dim":96,"num_hidden_layers":2,"num_attention_heads":4,"vocab_size":100}
        """;

    private readonly TemporaryFolder _folder = new();

    private string ConfigPath => _folder["config.json"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("llama-7b, first conversion", "llama 4096/11008, 32 layers, 32/32 heads of 128, 2048 positions, eps 1E-06, theta 10000, Float16, bos 0, eos 1")]
    [InlineData("llama-2-7b", "llama 4096/11008, 32 layers, 32/32 heads of 128, 4096 positions, eps 1E-05, theta 10000, Float16, bos 1, eos 2")]
    [InlineData("llama-2-70b", "llama 8192/28672, 80 layers, 64/8 heads of 128, 4096 positions, eps 1E-05, theta 10000, Float16, bos 1, eos 2")]
    [InlineData("llama-3.1-8b-instruct", "llama 4096/14336, 32 layers, 32/8 heads of 128, 131072 positions, eps 1E-05, theta 500000 Llama3 8 of 8192, BFloat16, bos 128000, eos 128001 128008 128009")]
    [InlineData("llama-3.2-1b, newer form", "llama 2048/8192, 16 layers, 32/8 heads of 64, 131072 positions, eps 1E-05, theta 500000 Llama3 32 of 8192, tied, BFloat16, bos 128000, eos 128001")]
    [InlineData("tinyllama-1.1b", "llama 2048/5632, 22 layers, 32/4 heads of 64, 2048 positions, eps 1E-05, theta 10000, BFloat16, bos 1, eos 2")]
    [InlineData("smollm2-1.7b", "llama 2048/8192, 24 layers, 32/32 heads of 64, 8192 positions, eps 1E-05, theta 130000, tied, BFloat16, bos 1, eos 2")]
    [InlineData("opt-125m", "opt 768/3072, 12 layers, 12/12 heads of 64, 2048 positions, eps 1E-05, embedding 768, tied, biases, norms before and last, Float16, bos 2, eos 2")]
    [InlineData("opt-350m", "opt 1024/4096, 24 layers, 16/16 heads of 64, 2048 positions, eps 1E-05, embedding 512, tied, biases, norms behind, Float16, bos 2, eos 2")]
    [InlineData("opt-66b", "opt 9216/36864, 64 layers, 72/72 heads of 128, 2048 positions, eps 1E-05, embedding 9216, tied, biases, norms before and last, Float16, bos 2, eos 2")]
    [InlineData("galactica-125m", "opt 768/3072, 12 layers, 12/12 heads of 64, 2048 positions, eps 1E-05, embedding 768, tied, norms before and last, Float16, bos 0, eos 2")]
    public void Reads_published_configs(string name, string summary) => Summary(Read(PublishedConfigs.ByName[name])).ShouldBe(summary);

    [Theory]
    [InlineData("families/llama-mha", "llama 32/144, 3 layers, 4/4 heads of 8, 64 positions, eps 1E-05, theta 10000, Float16, bos 1, eos 2")]
    [InlineData("families/llama-gqa-tied", "llama 48/96, 2 layers, 6/2 heads of 8, 64 positions, eps 1E-05, theta 10000, tied, BFloat16, bos 1, eos 2")]
    [InlineData("families/llama-tied-lmhead", "llama 32/64, 2 layers, 4/4 heads of 8, 64 positions, eps 1E-05, theta 10000, tied, Float32, bos 1, eos 2")]
    [InlineData("families/llama-bias", "llama 40/64, 2 layers, 4/2 heads of 16, 64 positions, eps 0.001, theta 10000, attention biases, Float32, bos 1, eos 2")]
    [InlineData("families/llama3-rope", "llama 64/80, 2 layers, 4/2 heads of 16, 128 positions, eps 1E-05, theta 500000 Llama3 8 of 64, Float32, bos 1, eos 2 3")]
    [InlineData("families/llama-linear-rope", "llama 48/80, 2 layers, 4/4 heads of 12, 128 positions, eps 1E-05, theta 100000 Linear 4 of 128, Float32, bos 1, eos 2")]
    [InlineData("families/llama-dynamic-rope", "llama 32/80, 2 layers, 2/2 heads of 16, 48 positions, eps 1E-05, theta 10000 Dynamic 2 of 48, Float32, bos 1, eos 2")]
    [InlineData("families/llama-yarn-rope", "llama 48/64, 2 layers, 2/2 heads of 24, 128 positions, eps 1E-05, theta 10000 Yarn 4 of 32, Float32, bos 1, eos 2")]
    [InlineData("families/opt", "opt 40/160, 2 layers, 4/4 heads of 10, 64 positions, eps 1E-05, embedding 40, tied, biases, norms before and last, Float16, bos 2, eos 2")]
    [InlineData("families/opt-350m", "opt 40/112, 2 layers, 4/4 heads of 10, 64 positions, eps 1E-05, embedding 24, tied, biases, norms behind, Float32, bos 2, eos 2")]
    [InlineData("models/smollm2-135m-instruct", "llama 576/1536, 30 layers, 9/3 heads of 64, 8192 positions, eps 1E-05, theta 100000, tied, BFloat16, bos 1, eos 2")]
    [InlineData("models/stories260k", "llama 64/172, 5 layers, 8/4 heads of 8, 512 positions, eps 1E-05, theta 10000, tied, Float32, bos 1, eos 2")]
    [InlineData("models/tinystories-656k", "llama 128/384, 2 layers, 8/4 heads of 16, 512 positions, eps 1E-06, theta 10000, tied, Float32, bos 1, eos 2")]
    public void Reads_the_configs_of_the_reference_pack(string name, string summary) =>
        Summary(ModelConfig.Read(ReferencePack.Path([.. name.Split('/'), "config.json"]))).ShouldBe(summary);

    [Fact]
    public void Takes_what_transformers_takes_where_keys_are_left_out()
    {
        Summary(Read(Llama)).ShouldBe("llama 64/96, 2 layers, 4/4 heads of 16, 2048 positions, eps 1E-06, theta 10000, , bos , eos ");
        Summary(Read(Opt)).ShouldBe("opt 64/96, 2 layers, 4/4 heads of 16, 2048 positions, eps 1E-05, embedding 64, tied, biases, norms before and last, , bos , eos ");
        ((MlpLayout)Read(Llama).Layout.Block(0).Mlp).Activation.ShouldBe(Activation.Silu);
        ((MlpLayout)Read(Opt).Layout.Block(0).Mlp).Activation.ShouldBe(Activation.Relu);
    }

    [Theory]
    [InlineData("silu", Activation.Silu)]
    [InlineData("swish", Activation.Silu)]
    [InlineData("gelu", Activation.Gelu)]
    [InlineData("gelu_new", Activation.GeluTanh)]
    [InlineData("gelu_pytorch_tanh", Activation.GeluTanh)]
    [InlineData("relu", Activation.Relu)]
    public void Knows_the_names_of_activations(string name, Activation activation) =>
        ((MlpLayout)Read(Llama, ("hidden_act", $"\"{name}\"")).Layout.Block(0).Mlp).Activation.ShouldBe(activation);

    [Fact]
    public void Removes_the_final_norm_only_where_the_config_says_so() =>
        Read(Opt, ("_remove_final_layer_norm", "true")).Layout.FinalNorm.ShouldBeNull();

    [Theory]
    [InlineData("sliding_window", "null")]
    [InlineData("sliding_window", "4096")]
    [InlineData("layer_types", """["full_attention"]""")]
    [InlineData("partial_rotary_factor", "1.0")]
    [InlineData("qk_norm", "false")]
    [InlineData("quantization_config", "null")]
    [InlineData("pretraining_tp", "2")]
    [InlineData("whatever_else", "{}")]
    public void Passes_over_what_changes_nothing(string key, string value) => Read(Llama, (key, value)).HiddenSize.ShouldBe(64);

    [Theory]
    [InlineData("sliding_window", "256", "model_type llama attends to all positions. Is model_type right?")]
    [InlineData("layer_types", """["sliding_attention"]""", "model_type llama has full_attention in every layer. Is model_type right?")]
    [InlineData("partial_rotary_factor", "0.5", "model_type llama rotates whole heads. Is model_type right?")]
    [InlineData("qk_norm", "true", "model_type llama knows no such option. Is model_type right?")]
    [InlineData("rope_interleaved", "true", "model_type llama knows no such option. Is model_type right?")]
    [InlineData("final_logit_softcapping", "30.0", "model_type llama knows no such option. Is model_type right?")]
    [InlineData("quantization_config", """{"bits":4}""", "only checkpoints in float32, float16 or bfloat16 can be pruned. Use the unquantised original.")]
    public void Refuses_options_that_would_change_the_numbers(string key, string value, string why) =>
        Refusal(Llama, (key, value)).ShouldBe($"{ConfigPath}: {key} is {value}; {why}");

    [Theory]
    [InlineData("learned_embeddings", "false", "model_type opt looks learned positions up.")]
    [InlineData("scale_embeddings", "true", "model_type opt does not scale its embeddings.")]
    public void Refuses_such_options_of_opt(string key, string value, string why) =>
        Refusal(Opt, (key, value)).ShouldBe($"{ConfigPath}: {key} is {value}; {why}");

    [Theory]
    [InlineData("hidden_size", "\"64\"", "a whole number above 0")]
    [InlineData("hidden_size", "64.5", "a whole number above 0")]
    [InlineData("num_hidden_layers", "0", "a whole number above 0")]
    [InlineData("vocab_size", "-1", "a whole number above 0")]
    [InlineData("vocab_size", "true", "a whole number above 0")]
    [InlineData("head_dim", "[]", "a whole number above 0")]
    [InlineData("num_attention_heads", "3", "a divisor of hidden_size 64")]
    [InlineData("num_key_value_heads", "3", "a divisor of num_attention_heads 4")]
    [InlineData("rms_norm_eps", "\"1e-5\"", "a number")]
    [InlineData("rms_norm_eps", "0", "a number above 0")]
    [InlineData("rope_theta", "-1", "a number above 0")]
    [InlineData("tie_word_embeddings", "1", "true or false")]
    [InlineData("hidden_act", "7", "a text")]
    [InlineData("bos_token_id", "\"one\"", "a token id or a list of token ids")]
    [InlineData("eos_token_id", "[1,2.5]", "a token id or a list of token ids")]
    [InlineData("rope_scaling", "8", "an object")]
    [InlineData("layer_types", "[1]", "a list of texts")]
    public void Refuses_values_of_another_kind(string key, string value, string expected) =>
        Refusal(Llama, (key, value)).ShouldBe($"{ConfigPath}: {key} is {value}, but {expected} was expected.");

    [Theory]
    [InlineData("hidden_size", "a whole number above 0")]
    [InlineData("intermediate_size", "a whole number above 0")]
    [InlineData("num_hidden_layers", "a whole number above 0")]
    [InlineData("num_attention_heads", "a whole number above 0")]
    [InlineData("vocab_size", "a whole number above 0")]
    [InlineData("model_type", "a text")]
    public void Refuses_a_config_without_a_needed_key(string key, string expected) =>
        Refusal(Llama, (key, "null")).ShouldBe($"{ConfigPath} lacks {key}, {expected}. Take the config.json that the checkpoint was published with.");

    [Fact]
    public void Refuses_an_unknown_family() =>
        Refusal(Llama, ("model_type", "\"lama\"")).ShouldBe($"{ConfigPath}: Unknown model_type 'lama'. Did you mean 'llama'? Known: {KnownFamilies}.");

    [Fact]
    public void Knows_only_the_families_it_is_given() =>
        Should.Throw<InputException>(() => ModelConfig.Read(_folder.Write("config.json", Opt), [.. Family.All.Where(family => family.ModelType == "llama")]))
            .Message.ShouldBe($"{ConfigPath}: Unknown model_type 'opt'. Known: llama.");

    [Fact]
    public void Refuses_an_unknown_activation() =>
        Refusal(Llama, ("hidden_act", "\"silo\"")).ShouldBe(
            $"{ConfigPath}: Unknown hidden_act 'silo'. Did you mean 'silu'? Known: gelu, gelu_fast, gelu_new, gelu_python, gelu_pytorch_tanh, relu, silu, swish.");

    [Fact]
    public void Refuses_an_unknown_type() =>
        Refusal(Llama, ("torch_dtype", "\"int4\"")).ShouldBe($"{ConfigPath}: Unknown torch_dtype 'int4'. Known: bfloat16, float16, float32, float64.");

    [Theory]
    [InlineData("", "The input does not contain any JSON tokens. Expected the input to start with a valid JSON token, when isFinalBlock is true. LineNumber: 0 | BytePositionInLine: 0.")]
    [InlineData("[]", "it holds no object")]
    public void Refuses_a_config_that_is_no_JSON_object(string text, string why) =>
        Should.Throw<InputException>(() => ModelConfig.Read(_folder.Write("config.json", text))).Message.ShouldBe($"{ConfigPath} is not a JSON object: {why}");

    [Fact]
    public void Refuses_a_config_that_is_not_there() =>
        Should.Throw<InputException>(() => ModelConfig.Read(ConfigPath)).Message
            .ShouldBe($"{ConfigPath} does not exist; a checkpoint folder in Hugging Face layout has a config.json.");

    private static string KnownFamilies => string.Join(", ", Family.All.Select(family => family.ModelType).Order(StringComparer.Ordinal));

    private ModelConfig Read(string json, params (string Key, string Value)[] changes)
    {
        var config = JsonNode.Parse(json)!.AsObject();
        foreach (var (key, value) in changes)
        {
            config[key] = JsonNode.Parse(value);
        }

        return ModelConfig.Read(_folder.Write("config.json", config.ToJsonString()));
    }

    private string Refusal(string json, params (string Key, string Value)[] changes) => Should.Throw<InputException>(() => Read(json, changes)).Message;

    private static string Summary(ModelConfig config)
    {
        var block = config.Layout.Block(0);
        var (attention, mlp, separate) = (block.Attention, (MlpLayout)block.Mlp, (SeparateLayout)block.Attention.Inputs);
        var norm = block.AttentionNorm ?? block.AttentionSumNorm!;
        var parts = new List<string>
        {
            FormattableString.Invariant($"{config.ModelType} {config.HiddenSize}/{mlp.Down.Columns}"),
            $"{config.Layers} layers",
            $"{attention.Heads}/{attention.KeyValueHeads} heads of {attention.HeadDim}",
            $"{config.MaxPositions} positions",
            FormattableString.Invariant($"eps {norm.Epsilon}"),
        };
        parts.Add(attention.Rotary?.Rope is { } rope
            ? FormattableString.Invariant($"theta {rope.Theta}") + (rope.Type == RopeType.Default ? "" : $" {rope.Type} {rope.Factor} of {rope.OriginalMaxPositions}")
            : $"embedding {config.EmbeddingSize}");
        parts.AddRange(config.TieWordEmbeddings ? ["tied"] : []);
        parts.AddRange((separate.Linears[0].Bias, mlp.Down.Bias) switch { (true, true) => ["biases"], (true, false) => ["attention biases"], _ => (string[])[] });
        parts.AddRange(attention.Rotary is not null ? [] : [block.AttentionNorm is null ? "norms behind" : config.Layout.FinalNorm is null ? "norms before" : "norms before and last"]);
        parts.AddRange([$"{config.Type}", $"bos {config.BosId}", $"eos {string.Join(' ', config.EosIds)}"]);
        return string.Join(", ", parts);
    }
}

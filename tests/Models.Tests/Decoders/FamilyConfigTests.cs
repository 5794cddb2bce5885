using Harness.Models.Checkpoints;

namespace Harness.Models.Tests.Decoders;

/// <summary>The configs of published checkpoints: how many parameters they imply, and what of other options is refused.</summary>
public sealed class FamilyConfigTests : IDisposable
{
    private const string Common = "\"hidden_size\":64,\"intermediate_size\":96,\"num_hidden_layers\":2,\"num_attention_heads\":4,\"num_key_value_heads\":2,\"vocab_size\":100";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The counts are those that the checkpoints' owners name; no weights are needed.</summary>
    [Theory]
    [InlineData("Llama-2-7B", 6_738_415_616, """{"model_type":"llama","hidden_size":4096,"intermediate_size":11008,"num_hidden_layers":32,"num_attention_heads":32,"vocab_size":32000}""")]
    [InlineData("Mistral-7B", 7_241_732_096, """{"model_type":"mistral","hidden_size":4096,"intermediate_size":14336,"num_hidden_layers":32,"num_attention_heads":32,"num_key_value_heads":8,"vocab_size":32000}""")]
    [InlineData("Mixtral-8x7B", 46_702_792_704, """{"model_type":"mixtral","hidden_size":4096,"intermediate_size":14336,"num_hidden_layers":32,"num_attention_heads":32,"num_key_value_heads":8,"vocab_size":32000,"num_local_experts":8}""")]
    [InlineData("GPT-2", 124_439_808, """{"model_type":"gpt2","n_embd":768,"n_layer":12,"n_head":12,"n_positions":1024,"vocab_size":50257}""")]
    [InlineData("Pythia-70M", 70_426_624, """{"model_type":"gpt_neox","hidden_size":512,"intermediate_size":2048,"num_hidden_layers":6,"num_attention_heads":8,"vocab_size":50304}""")]
    [InlineData("Phi-2", 2_779_683_840, """{"model_type":"phi","hidden_size":2560,"intermediate_size":10240,"num_hidden_layers":32,"num_attention_heads":32,"vocab_size":51200}""")]
    [InlineData("Phi-3-mini", 3_821_079_552, """{"model_type":"phi3","hidden_size":3072,"intermediate_size":8192,"num_hidden_layers":32,"num_attention_heads":32,"vocab_size":32064}""")]
    [InlineData("Gemma-2B", 2_506_172_416, """{"model_type":"gemma","hidden_size":2048,"intermediate_size":16384,"num_hidden_layers":18,"num_attention_heads":8,"num_key_value_heads":1,"vocab_size":256000}""")]
    [InlineData("Gemma-2-9B", 9_241_705_984, """{"model_type":"gemma2","hidden_size":3584,"intermediate_size":14336,"num_hidden_layers":42,"num_attention_heads":16,"num_key_value_heads":8,"vocab_size":256000}""")]
    [InlineData("Gemma-3-1B", 999_885_952, """{"model_type":"gemma3_text","hidden_size":1152,"intermediate_size":6912,"num_hidden_layers":26,"num_attention_heads":4,"num_key_value_heads":1,"vocab_size":262144}""")]
    [InlineData("GPT-J-6B", 6_050_882_784, """{"model_type":"gptj","n_embd":4096,"n_layer":28,"n_head":16,"vocab_size":50400}""")]
    [InlineData("GPT-Neo-125M", 125_198_592, """{"model_type":"gpt_neo","hidden_size":768,"num_layers":12,"num_heads":12,"vocab_size":50257,"attention_types":[[["global","local"],6]]}""")]
    [InlineData("BLOOM-560M", 559_214_592, """{"model_type":"bloom","n_embed":1024,"n_layer":24,"num_attention_heads":16,"vocab_size":250880}""")]
    [InlineData("OPT-125M", 125_239_296, """{"model_type":"opt","hidden_size":768,"ffn_dim":3072,"num_hidden_layers":12,"num_attention_heads":12,"vocab_size":50272}""")]
    [InlineData("Qwen2-7B", 7_615_616_512, """{"model_type":"qwen2","hidden_size":3584,"intermediate_size":18944,"num_hidden_layers":28,"num_attention_heads":28,"num_key_value_heads":4,"vocab_size":152064}""")]
    [InlineData("Qwen3-0.6B", 596_049_920, """{"model_type":"qwen3","hidden_size":1024,"intermediate_size":3072,"num_hidden_layers":28,"num_attention_heads":16,"num_key_value_heads":8,"vocab_size":151936,"tie_word_embeddings":true}""")]
    [InlineData("Qwen1.5-MoE-A2.7B", 14_315_784_192, """{"model_type":"qwen2_moe","hidden_size":2048,"intermediate_size":5632,"num_hidden_layers":24,"num_attention_heads":16,"num_key_value_heads":16,"vocab_size":151936}""")]
    [InlineData("Qwen-7B", 7_721_324_544, """{"model_type":"qwen","hidden_size":4096,"intermediate_size":22016,"num_hidden_layers":32,"num_attention_heads":32,"vocab_size":151936}""")]
    [InlineData("DeepSeek-V2-Lite", 15_706_484_224, """{"model_type":"deepseek_v2","hidden_size":2048,"intermediate_size":10944,"num_hidden_layers":27,"num_attention_heads":16,"vocab_size":102400,"q_lora_rank":null,"moe_intermediate_size":1408,"n_routed_experts":64,"n_shared_experts":2,"num_experts_per_tok":6,"first_k_dense_replace":1}""")]
    [InlineData("StableLM-3B", 2_795_443_200, """{"model_type":"stablelm","hidden_size":2560,"intermediate_size":6912,"num_hidden_layers":32,"num_attention_heads":32,"vocab_size":50304}""")]
    [InlineData("StarCoder2-3B", 3_030_371_328, """{"model_type":"starcoder2","hidden_size":3072,"intermediate_size":12288,"num_hidden_layers":30,"num_attention_heads":24,"num_key_value_heads":2,"vocab_size":49152}""")]
    [InlineData("Falcon-7B", 6_921_720_704, """{"model_type":"falcon","hidden_size":4544,"num_hidden_layers":32,"num_attention_heads":71,"vocab_size":65024}""")]
    [InlineData("InternLM2-7B", 7_737_708_544, """{"model_type":"internlm2","hidden_size":4096,"intermediate_size":14336,"num_hidden_layers":32,"num_attention_heads":32,"num_key_value_heads":8,"vocab_size":92544,"bias":false}""")]
    [InlineData("Baichuan-7B", 7_000_559_616, """{"model_type":"baichuan","hidden_size":4096,"intermediate_size":11008,"num_hidden_layers":32,"num_attention_heads":32,"vocab_size":64000,"max_position_embeddings":4096}""")]
    [InlineData("Command-R", 34_980_831_232, """{"model_type":"cohere","hidden_size":8192,"intermediate_size":22528,"num_hidden_layers":40,"num_attention_heads":64,"vocab_size":256000}""")]
    [InlineData("OLMo-1B", 1_176_764_416, """{"model_type":"olmo","hidden_size":2048,"intermediate_size":8192,"num_hidden_layers":16,"num_attention_heads":16,"vocab_size":50304,"tie_word_embeddings":true}""")]
    [InlineData("OLMo-2-7B", 7_298_617_344, """{"model_type":"olmo2","hidden_size":4096,"intermediate_size":11008,"num_hidden_layers":32,"num_attention_heads":32,"vocab_size":100352}""")]
    public void Published_checkpoints_have_as_many_parameters(string name, long count, string json)
    {
        var config = Read(json);
        var parameters = config.Layout.Parameters().Where(parameter => !config.TieWordEmbeddings || parameter.Name != "lm_head.weight");

        parameters.Sum(parameter => parameter.Shape.Aggregate(1L, (product, size) => product * size)).ShouldBe(count, name);
    }

    [Theory]
    [InlineData("mistral", "\"layer_types\":[\"slide_attention\",\"full_attention\"]", "Unknown layer_types 'slide_attention'. Did you mean 'sliding_attention'? Known: full_attention, sliding_attention.")]
    [InlineData("gemma2", "\"layer_types\":[\"full_attention\"]", "layer_types is [\"full_attention\"], but a list of 2 texts, one for each layer, was expected.")]
    [InlineData("gemma2", "\"hidden_activation\":\"gelu_newer\"", "Unknown hidden_activation 'gelu_newer'. Did you mean 'gelu_new'? Known: gelu, gelu_fast, gelu_new, gelu_python, gelu_pytorch_tanh, relu, silu, swish.")]
    [InlineData("gemma3_text", "\"rope_scaling\":{\"rope_type\":\"linaer\",\"factor\":8}", "Unknown rope_scaling.rope_type 'linaer'. Did you mean 'linear'? Known: default, dynamic, linear, llama3, longrope, su, yarn.")]
    [InlineData("phi", "\"qk_layernorm\":true", "qk_layernorm is true; norms on the heads of q and k are not supported for model_type phi.")]
    [InlineData("cohere", "\"use_qk_norm\":true", "use_qk_norm is true; norms on the heads of q and k are not supported for model_type cohere.")]
    [InlineData("gpt2", "\"scale_attn_by_inverse_layer_idx\":true", "scale_attn_by_inverse_layer_idx is true; only scores that do not depend on the layer are supported.")]
    [InlineData("gpt_neo", "\"attention_types\":[[[\"global\",\"locale\"],1]]", "Unknown attention_types 'locale'. Did you mean 'local'? Known: global, local.")]
    [InlineData("gpt_neo", "\"attention_types\":[[[\"global\"],1]]", "attention_types is [[[\"global\"],1]], but a kind for each of 2 layers was expected.")]
    [InlineData("gpt_neo", "\"attention_types\":[3]", "attention_types is [3], but a list of pairs of a list of texts and a number was expected.")]
    [InlineData("mixtral", "\"num_experts_per_tok\":9", "num_experts_per_tok is 9, but at most the number of experts 8 was expected.")]
    [InlineData("deepseek_v2", "\"n_routed_experts\":4,\"num_experts_per_tok\":2,\"topk_method\":\"noaux_tc\"", "Unknown topk_method 'noaux_tc'. Known: greedy, group_limited_greedy.")]
    [InlineData("bloom", "\"apply_residual_connection_post_layernorm\":true", "apply_residual_connection_post_layernorm is true; only blocks whose sums take the input of the norm are supported.")]
    [InlineData("qwen2_moe", "\"mlp_only_layers\":[0.5]", "mlp_only_layers is [0.5], but a list of whole numbers was expected.")]
    public void Refuses_what_it_does_not_know(string type, string options, string sentence) =>
        Should.Throw<InputException>(() => Read($$"""{"model_type":"{{type}}",{{Common}},{{options}}}""")).Message.ShouldBe($"{_folder["config.json"]}: {sentence}");

    [Fact]
    public void Windows_go_by_layer()
    {
        Windows("mistral", "\"sliding_window\":7").ShouldBe([7, 7]);
        Windows("mistral", "\"sliding_window\":null").ShouldBe([0, 0]);
        Windows("mistral", "\"layer_types\":[\"full_attention\",\"sliding_attention\"],\"sliding_window\":7").ShouldBe([0, 7]);
        Windows("qwen2", "\"sliding_window\":7,\"max_window_layers\":1").ShouldBe([0, 0]);
        Windows("qwen2", "\"use_sliding_window\":true,\"sliding_window\":7,\"max_window_layers\":1").ShouldBe([0, 7]);
        Windows("gemma2", "\"sliding_window\":7").ShouldBe([7, 0]);
    }

    private int[] Windows(string type, string options)
    {
        var layout = Read($$"""{"model_type":"{{type}}",{{Common}},{{options}}}""").Layout;
        return [.. Enumerable.Range(0, layout.Blocks).Select(layer => layout.Block(layer).Attention.Window)];
    }

    private ModelConfig Read(string json) => ModelConfig.Read(_folder.Write("config.json", json));
}

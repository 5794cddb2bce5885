namespace Harness.Models.Tests.Decoders;

/// <summary>What a checkpoint must hold, beside what its config.json implies.</summary>
public sealed class StoredLayoutTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Model => _folder["model"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Refuses_a_missing_tensor() => Refusal("\"num_hidden_layers\":2", "\"num_hidden_layers\":3").ShouldBe(
        $"{Model} has no tensor 'model.layers.2.self_attn.q_proj.weight'. Did you mean 'model.layers.0.self_attn.q_proj.weight'? It holds 21 others.");

    [Fact]
    public void Refuses_a_superfluous_tensor() => Refusal("\"num_hidden_layers\":2", "\"num_hidden_layers\":1").ShouldBe(
        $"{Model} has a tensor 'model.layers.1.input_layernorm.weight', but a llama with this config.json has none of that name. "
        + "The nearest that it has is 'model.layers.0.input_layernorm.weight'. Are config and weights from the same checkpoint?");

    [Fact]
    public void Refuses_a_bias_that_is_not_there() => Refusal("\"rms_norm_eps\"", "\"attention_bias\":true,\"rms_norm_eps\"").ShouldStartWith(
        $"{Model} has no tensor 'model.layers.0.self_attn.q_proj.bias'. Did you mean 'model.layers.0.self_attn.q_proj.weight'?");

    [Fact]
    public void Refuses_another_shape() => Refusal("\"intermediate_size\":48", "\"intermediate_size\":40").ShouldBe(
        $"model.layers.0.mlp.gate_proj.weight in {Model} has shape [48, 32]; config.json implies [40, 32]. Are config and weights from the same checkpoint?");

    private string Refusal(string found, string changed)
    {
        new TinyLlama().Write(Model);
        var config = Path.Combine(Model, "config.json");
        var text = File.ReadAllText(config);
        text.ShouldContain(found);
        File.WriteAllText(config, text.Replace(found, changed));
        return Should.Throw<InputException>(() => CausalLM.Open(Model)).Message;
    }
}

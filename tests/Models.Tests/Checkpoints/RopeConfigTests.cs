using Harness.Models.Checkpoints;

namespace Harness.Models.Tests.Checkpoints;

public sealed class RopeConfigTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(""" "rope_scaling":{"rope_type":"default"} """)]
    [InlineData(""" "rope_scaling":null """)]
    [InlineData(""" "rope_parameters":{"rope_theta":10000.0,"rope_type":"default"} """)]
    [InlineData(""" "rope_parameters":{} """)]
    public void Scales_nothing_by_default(string keys) => Read(keys).ShouldBe(new RopeConfig { Theta = 10000, OriginalMaxPositions = 128 });

    [Fact]
    public void Prefers_the_newer_name_of_the_type() =>
        Read(""" "rope_theta":5,"rope_scaling":{"type":"linear","rope_type":"dynamic","factor":2} """)
            .ShouldBe(new RopeConfig { Theta = 5, Type = RopeType.Dynamic, Factor = 2, OriginalMaxPositions = 128 });

    [Fact]
    public void Reads_both_forms_alike() =>
        Read(""" "rope_theta":5,"rope_scaling":{"type":"linear","factor":2} """).ShouldBe(Read(""" "rope_parameters":{"rope_type":"linear","factor":2,"rope_theta":5} """));

    [Fact]
    public void Reads_llama3() =>
        Read(""" "rope_scaling":{"rope_type":"llama3","factor":8,"low_freq_factor":1,"high_freq_factor":4,"original_max_position_embeddings":64} """).ShouldBe(new RopeConfig
        {
            Theta = 10000,
            Type = RopeType.Llama3,
            Factor = 8,
            LowFreqFactor = 1,
            HighFreqFactor = 4,
            OriginalMaxPositions = 64,
        });

    [Fact]
    public void Reads_yarn_with_all_its_options() =>
        Read(""" "rope_scaling":{"type":"yarn","factor":4,"original_max_position_embeddings":32,"attention_factor":1.5,"beta_fast":16,"beta_slow":2,"mscale":0.7,"mscale_all_dim":0.8,"truncate":false,"finetuned":true} """)
            .ShouldBe(new RopeConfig
            {
                Theta = 10000,
                Type = RopeType.Yarn,
                Factor = 4,
                OriginalMaxPositions = 32,
                AttentionFactor = 1.5,
                BetaFast = 16,
                BetaSlow = 2,
                MScale = 0.7,
                MScaleAllDim = 0.8,
                Truncate = false,
            });

    [Fact]
    public void Derives_the_factor_of_yarn_from_the_positions() =>
        Read(""" "rope_scaling":{"type":"yarn","original_max_position_embeddings":32} """).Factor.ShouldBe(4);

    [Theory]
    [InlineData("longrope")]
    [InlineData("su")]
    public void Reads_longrope(string type)
    {
        var rope = Read($$""" "original_max_position_embeddings":64,"rope_scaling":{"type":"{{type}}","short_factor":[1,1.5],"long_factor":[2,4]} """);
        rope.Type.ShouldBe(RopeType.LongRope);
        rope.ShortFactor.ShouldBe([1, 1.5]);
        rope.LongFactor.ShouldBe([2, 4]);
        rope.Factor.ShouldBe(2);
        rope.OriginalMaxPositions.ShouldBe(64);
    }

    [Theory]
    [InlineData(""" "rope_scaling":{"type":"ntk","factor":2} """, ": Unknown rope_scaling.type 'ntk'. Known: default, dynamic, linear, llama3, longrope, su, yarn.")]
    [InlineData(""" "rope_parameters":{"rope_type":"liner","factor":2} """, ": Unknown rope_parameters.rope_type 'liner'. Did you mean 'linear'? Known: default, dynamic, linear, llama3, longrope, su, yarn.")]
    [InlineData(""" "rope_scaling":{"type":"linear"} """, " lacks rope_scaling.factor, a number above 0. Take the config.json that the checkpoint was published with.")]
    [InlineData(""" "rope_scaling":{"type":"linear","factor":"2"} """, ": rope_scaling.factor is \"2\", but a number was expected.")]
    [InlineData(""" "rope_scaling":{"type":"longrope","short_factor":[1],"long_factor":[null]} """, ": rope_scaling.long_factor is [null], but a list of numbers was expected.")]
    [InlineData(""" "rope_scaling":{"type":"linear"},"rope_parameters":{} """, ": rope_scaling is {\"type\":\"linear\"}; rope_parameters is given as well; keep one of the two.")]
    public void Refuses_what_it_cannot_read(string keys, string sentence) =>
        Should.Throw<InputException>(() => Read(keys)).Message.ShouldBe(_folder["config.json"] + sentence);

    private RopeConfig Read(string keys) => ModelConfig.Read(_folder.Write("config.json", $$"""
        {"model_type":"llama","hidden_size":64,"intermediate_size":96,"num_hidden_layers":2,"num_attention_heads":4,"vocab_size":100,
         "max_position_embeddings":128,{{keys}}}
        """)).Layout.Block(0).Attention.Rotary!.Rope;
}

using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Harness.LoraFinetune.Adapters;
using Harness.LoraFinetune.Recipes;
using Harness.Models;
using Harness.Models.Checkpoints;

namespace Harness.LoraFinetune.Tests.Adapters;

public sealed class PeftFolderTests : IDisposable
{
    private const string Config = "adapter_config.json";
    private const string Weights = "adapter_model.safetensors";
    private const string First = "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight";

    private readonly TemporaryFolder _folder = new();
    private readonly CausalLM _model;

    public PeftFolderTests() => _model = CausalLM.Open(new TinyLlama().Write(_folder["model"]));

    [Theory]
    [InlineData("lora-qv", "adapter-initial")]
    [InlineData("lora-qv", "adapter-final")]
    [InlineData("lora-all", "adapter-initial")]
    [InlineData("lora-all", "adapter-final")]
    [InlineData("lora-qv-sentencepiece", "adapter-initial")]
    [InlineData("lora-qv-sentencepiece", "adapter-final")]
    public void What_PEFT_wrote_is_written_back_as_it_was(string name, string adapter)
    {
        using var scope = NewDisposeScope();
        var source = ReferencePack.Path("lora", name, adapter);
        using var model = CausalLM.Open(ReferencePack.Model(JsonNode.Parse(File.ReadAllText(ReferencePack.Path("lora", name, "case.json")))!["model"]!.GetValue<string>()));
        using var read = PeftFolder.Read(source, model);

        PeftFolder.Write(read, model, Folder("written"));

        using var expected = SafetensorsFile.Open(Path.Combine(source, Weights));
        using var found = SafetensorsFile.Open(_folder[$"written/{Weights}"]);
        found.Header.Entries.Select(entry => entry.Name).ShouldBe(expected.Header.Entries.Select(entry => entry.Name), ignoreOrder: true);
        found.Header.Metadata.ShouldBe(expected.Header.Metadata);
        expected.Header.Entries.ShouldAllBe(entry => TensorFile.Same(found.Load(entry.Name), expected.Load(entry.Name)));
        Agrees(_folder[$"written/{Config}"], Path.Combine(source, Config));
    }

    [Fact]
    public void A_rank_stabilised_adapter_counts_alpha_by_the_root_of_its_rank()
    {
        using var scope = NewDisposeScope();
        Write(new LoraShape(3, 16, 0, []), config => config["use_rslora"] = true);
        using var adapter = PeftFolder.Read(Folder("adapter"), _model);

        adapter.Linears.ShouldAllBe(linear => linear.Value.Scale == 16 / Math.Sqrt(3));
        Scales(Rewritten(adapter)).ShouldBe(Scales(adapter), 1e-15);
    }

    [Fact]
    public void Patterns_give_some_linears_their_own_alpha_and_rank()
    {
        using var scope = NewDisposeScope();
        Write(new LoraShape(4, 16, 0, ["q_proj", "v_proj"]), config => config["alpha_pattern"] = new JsonObject { ["layers.1.self_attn.q_proj"] = 2, ["v_pro."] = 6.5, ["proj"] = 9 });
        Change(weights =>
        {
            foreach (var name in weights.Keys.Where(name => name.Contains(".1.self_attn.v_proj", StringComparison.Ordinal)).ToArray())
            {
                weights[name] = weights[name].narrow(name.Contains("lora_A", StringComparison.Ordinal) ? 0 : 1, 0, 2).contiguous();
            }
        });
        using var adapter = PeftFolder.Read(Folder("adapter"), _model);

        Scales(adapter).ShouldBe([4, 1.625, 0.5, 3.25]);
        var written = Rewritten(adapter);
        Scales(written).ShouldBe(Scales(adapter));
        written.Linears.Select(linear => linear.Value.A.shape[0]).ShouldBe([4, 4, 4, 2]);
        JsonNode.Parse(File.ReadAllText(_folder[$"written/{Config}"]))!["rank_pattern"]!.ToJsonString().ShouldBe("{\"model.layers.1.self_attn.v_proj\":2}");
    }

    [Fact]
    public void Reads_the_pickled_file_of_older_versions()
    {
        using var scope = NewDisposeScope();
        using var written = Write(new LoraShape(4, 16, 0, ["q_proj"]));
        var storages = written.Linears.SelectMany(linear => new[] { ('A', linear.Key, linear.Value.A), ('B', linear.Key, linear.Value.B) }).ToArray();
        TorchSave.Zip(
            _folder["adapter/adapter_model.bin"],
            storages.Select((one, index) => new SavedTensor(PeftFolder.NameOf(one.Key, one.Item1), "FloatStorage", $"{index}", one.Item3.numel(), 0, one.Item3.shape, [one.Item3.shape[1], 1])),
            storages.Select((one, index) => (one.Item3, index)).ToDictionary(one => $"{one.index}", one => MemoryMarshal.AsBytes(one.Item1.data<float>().ToArray().AsSpan()).ToArray()));
        var key = PeftFolder.Key(_folder["adapter"]);
        File.Delete(_folder[$"adapter/{Weights}"]);

        using var read = PeftFolder.Read(_folder["adapter"], _model);

        read.Linears.Zip(written.Linears).ShouldAllBe(pair => TensorFile.Same(pair.First.Value.A, pair.Second.Value.A) && TensorFile.Same(pair.First.Value.B, pair.Second.Value.B));
        PeftFolder.Key(_folder["adapter"]).ShouldNotBe(key);
    }

    [Fact]
    public void Half_precision_becomes_float32()
    {
        using var scope = NewDisposeScope();
        using var written = Write(new LoraShape(4, 16, 0, []));
        Change(weights =>
        {
            foreach (var name in weights.Keys.ToArray())
            {
                weights[name] = weights[name].to(bfloat16);
            }
        });
        using var read = PeftFolder.Read(_folder["adapter"], _model);

        TensorFile.Same(read.Linears[0].Value.A, written.Linears[0].Value.A.to(bfloat16).to(float32)).ShouldBeTrue();
    }

    [Theory]
    [InlineData("gpt2", "base_model.model.transformer.h.0.attn.c_attn.lora_A.weight", true)]
    [InlineData("bloom", "base_model.model.transformer.h.0.self_attention.query_key_value.lora_A.weight", false)]
    [InlineData("opt", "base_model.model.model.decoder.layers.0.self_attn.k_proj.lora_A.weight", false)]
    [InlineData("gpt-neox", "base_model.model.gpt_neox.layers.0.attention.query_key_value.lora_A.weight", false)]
    [InlineData("internlm2", "base_model.model.model.layers.0.attention.wqkv.lora_A.weight", false)]
    public void Names_are_those_of_transformers_modules(string family, string first, bool isTransposed)
    {
        using var scope = NewDisposeScope();
        using var model = CausalLM.Open(ReferencePack.Path("families", family));
        using var adapter = LoraAdapter.New(model, new LoraShape(2, 4, 0, []), 0);

        PeftFolder.Write(adapter, model, Folder("written"));

        using var file = SafetensorsFile.Open(_folder[$"written/{Weights}"]);
        file.Header.Entries[0].Name.ShouldBe(first);
        JsonNode.Parse(File.ReadAllText(_folder[$"written/{Config}"]))!["fan_in_fan_out"]!.GetValue<bool>().ShouldBe(isTransposed);
        using var read = PeftFolder.Read(_folder["written"], model);
        read.Linears.Select(linear => linear.Key).ShouldBe(adapter.Linears.Select(linear => linear.Key));
    }

    [Fact]
    public void Names_without_the_head_s_prefix_get_it()
    {
        using var scope = NewDisposeScope();
        var source = ReferencePack.Path("families", "gpt2");
        Directory.CreateDirectory(_folder["bare"]);
        File.Copy(Path.Combine(source, "config.json"), _folder["bare/config.json"]);
        using (var file = SafetensorsFile.Open(Path.Combine(source, "model.safetensors")))
        {
            TensorFile.Write(_folder["bare/model.safetensors"], file.Header.Entries.ToDictionary(entry => entry.Name.Replace("transformer.", "", StringComparison.Ordinal), entry => file.Load(entry.Name)));
        }

        using var model = CausalLM.Open(_folder["bare"]);
        using var adapter = LoraAdapter.New(model, new LoraShape(2, 4, 0, ["attn.c_proj"]), 0);
        PeftFolder.Write(adapter, model, Folder("written"));

        adapter.Linears[0].Key.ShouldBe("h.0.attn.c_proj.weight");
        using var written = SafetensorsFile.Open(_folder[$"written/{Weights}"]);
        written.Header.Entries[0].Name.ShouldBe("base_model.model.transformer.h.0.attn.c_proj.lora_A.weight");
        // c_proj alone would also mean those of the MLP
        JsonNode.Parse(File.ReadAllText(_folder[$"written/{Config}"]))!["target_modules"]!.ToJsonString().ShouldBe("[\"attn.c_proj\"]");
        using var read = PeftFolder.Read(_folder["written"], model);
        read.Linears.Count.ShouldBe(adapter.Linears.Count);
    }

    [Fact]
    public void Linears_that_no_ending_tells_apart_are_named_in_full()
    {
        using var scope = NewDisposeScope();
        using var both = LoraAdapter.New(_model, new LoraShape(2, 4, 0, ["q_proj"]), 0);
        var one = new LoraAdapter(both.Shape, [both.Linears[0]]);

        PeftFolder.Write(one, _model, Folder("written"));

        JsonNode.Parse(File.ReadAllText(_folder[$"written/{Config}"]))!["target_modules"]!.ToJsonString().ShouldBe("[\"model.layers.0.self_attn.q_proj\"]");
    }

    [Theory]
    [InlineData("use_dora", "true", "sets use_dora to true, which harness does not know. Merge the adapter with PEFT and score the result.")]
    [InlineData("bias", "\"lora_only\"", "sets bias to \"lora_only\", which harness does not know. Merge the adapter with PEFT and score the result.")]
    [InlineData("modules_to_save", "[\"lm_head\"]", "sets modules_to_save to [\"lm_head\"], which harness does not know. Merge the adapter with PEFT and score the result.")]
    [InlineData("target_parameters", "[\"experts\"]", "sets target_parameters to [\"experts\"], which harness does not know. Merge the adapter with PEFT and score the result.")]
    [InlineData("layer_replication", "[[0,1]]", "sets layer_replication to [[0,1]], which harness does not know. Merge the adapter with PEFT and score the result.")]
    [InlineData("arrow_config", "{\"k\":3}", "sets arrow_config to {\"k\":3}, which harness does not know. Merge the adapter with PEFT and score the result.")]
    [InlineData("init_lora_weights", "\"pissa_niter_4\"", "sets init_lora_weights to \"pissa_niter_4\", which may have changed the model's own weights. Convert the adapter with PEFT (path_initial_model_for_weight_conversion).")]
    [InlineData("peft_type", "\"IA3\"", "is of type IA3; LORA was expected.")]
    [InlineData("peft_type", "null", "is of type none; LORA was expected.")]
    public void Other_kinds_are_refused_by_name(string key, string value, string sentence)
    {
        using var scope = NewDisposeScope();
        Write(new LoraShape(4, 16, 0, []), config => config[key] = JsonNode.Parse(value)).Dispose();

        Error().ShouldBe($"{_folder[$"adapter/{Config}"]} {sentence}");
    }

    [Theory]
    [InlineData("init_lora_weights", "\"gaussian\"")]
    [InlineData("init_lora_weights", "false")]
    [InlineData("modules_to_save", "[]")]
    [InlineData("loftq_config", "{}")]
    [InlineData("target_modules", "\".*(q|v)_proj\"")]
    [InlineData("lora_dropout", "0.25")]
    public void What_changes_nothing_is_taken(string key, string value)
    {
        using var scope = NewDisposeScope();
        Write(new LoraShape(4, 16, 0, ["q_proj", "v_proj"]), config => config[key] = JsonNode.Parse(value)).Dispose();
        using var read = PeftFolder.Read(_folder["adapter"], _model);

        (read.Linears.Count, read.Shape.Dropout).ShouldBe((4, key == "lora_dropout" ? 0.25 : 0));
        using var again = Rewritten(read);
        JsonNode.Parse(File.ReadAllText(_folder[$"written/{Config}"]))!["target_modules"]!.ToJsonString().ShouldBe("[\"q_proj\",\"v_proj\"]");
        PeftFolder.Read(_folder["adapter"], _model, dropout: 0.5).Shape.Dropout.ShouldBe(0.5);
    }

    [Theory]
    [InlineData("{\"peft_type\": \"LORA\", \"lora_alpha\": 1, \"target_modules\": []}")]
    [InlineData("{\"peft_type\": \"LORA\", \"r\": \"8\", \"lora_alpha\": 1, \"target_modules\": []}")]
    [InlineData("{\"peft_type\"")]
    [InlineData("[]")]
    public void A_damaged_config_is_told_in_one_sentence(string text)
    {
        using var scope = NewDisposeScope();
        Write(new LoraShape(4, 16, 0, [])).Dispose();
        File.WriteAllText(_folder[$"adapter/{Config}"], text);

        var message = Error();
        message.ShouldStartWith($"{_folder[$"adapter/{Config}"]} cannot be read: ");
        message.ShouldEndWith(" An object with r, lora_alpha and target_modules was expected.");
    }

    [Fact]
    public void Files_that_are_missing_are_named()
    {
        using var scope = NewDisposeScope();
        Write(new LoraShape(4, 16, 0, [])).Dispose();
        PeftFolder.Is(_folder["adapter"]).ShouldBeTrue();
        PeftFolder.Is(_folder["model"]).ShouldBeFalse();
        File.Delete(_folder[$"adapter/{Weights}"]);
        Error().ShouldBe($"{_folder["adapter"]} holds no {Weights}; a folder that PEFT or harness finetune has written was expected.");
        File.Delete(_folder[$"adapter/{Config}"]);
        Error().ShouldBe($"{_folder["adapter"]} holds no {Config}; a folder that PEFT or harness finetune has written was expected.");
    }

    [Fact]
    public void The_adapter_of_another_model_is_refused()
    {
        using var scope = NewDisposeScope();
        var (path, model) = (_folder[$"adapter/{Weights}"], _model.Folder.Path);
        using (var larger = CausalLM.Open(new TinyLlama { Layers = 3 }.Write(_folder["larger"])))
        {
            using var adapter = LoraAdapter.New(larger, new LoraShape(4, 16, 0, ["q_proj"]), 0);
            PeftFolder.Write(adapter, larger, Folder("adapter"));
            larger.Folder.Release();
        }

        Error().ShouldBe($"{path} holds {First.Replace(".0.", ".2.", StringComparison.Ordinal)}, which belongs to no linear of {model}. Is the adapter of this model?");

        using (var wider = CausalLM.Open(new TinyLlama { Hidden = 48, Heads = 6 }.Write(_folder["wider"])))
        {
            using var adapter = LoraAdapter.New(wider, new LoraShape(4, 16, 0, ["q_proj"]), 0);
            PeftFolder.Write(adapter, wider, Folder("adapter"));
            wider.Folder.Release();
        }

        Error().ShouldBe($"{path}: {First} is [4, 48]; [4, 32] was expected. Is the adapter of this model?");
    }

    [Fact]
    public void Half_of_a_pair_belongs_to_no_linear()
    {
        using var scope = NewDisposeScope();
        Write(new LoraShape(4, 16, 0, ["q_proj"])).Dispose();
        Change(weights => weights.Remove(First.Replace("lora_A", "lora_B", StringComparison.Ordinal)));

        Error().ShouldBe($"{_folder[$"adapter/{Weights}"]} holds {First}, which belongs to no linear of {_model.Folder.Path}. Is the adapter of this model?");
    }

    [Fact]
    public void Names_of_a_model_in_memory_are_refused()
    {
        // PEFT leaves the adapter's own name out of what it saves
        Write(new LoraShape(4, 16, 0, ["q_proj"])).Dispose();
        Change(weights =>
        {
            foreach (var name in weights.Keys.ToArray())
            {
                weights.Remove(name, out var value);
                weights[name.Replace(".weight", ".default.weight", StringComparison.Ordinal)] = value!;
            }
        });

        Error().ShouldBe($"{_folder[$"adapter/{Weights}"]} holds {First.Replace(".weight", ".default.weight", StringComparison.Ordinal)}, which belongs to no linear of {_model.Folder.Path}. Is the adapter of this model?");
    }

    [Fact]
    public void An_empty_file_is_no_adapter()
    {
        using var scope = NewDisposeScope();
        Write(new LoraShape(4, 16, 0, ["q_proj"])).Dispose();
        Change(weights => weights.Clear());

        Error().ShouldBe($"{_folder[$"adapter/{Weights}"]} holds no matrices of an adapter; names as {First} were expected.");
    }

    public void Dispose()
    {
        _model.Dispose();
        _model.Folder.Release();
        _folder.Dispose();
    }

    private static double[] Scales(LoraAdapter adapter) => [.. adapter.Linears.Select(linear => linear.Value.Scale)];

    /// <summary>Every key that is written is one of PEFT's, and says the same.</summary>
    private static void Agrees(string found, string expected)
    {
        var (ours, theirs) = (JsonNode.Parse(File.ReadAllText(found))!.AsObject(), JsonNode.Parse(File.ReadAllText(expected))!.AsObject());
        foreach (var (key, value) in ours.Where(pair => pair.Key is not ("base_model_name_or_path" or "target_modules")))
        {
            theirs.ContainsKey(key).ShouldBeTrue(key);
            JsonNode.DeepEquals(value, theirs[key]).ShouldBeTrue(key);
        }

        ours["target_modules"]!.AsArray().Select(name => name!.GetValue<string>()).ShouldBe(theirs["target_modules"]!.AsArray().Select(name => name!.GetValue<string>()), ignoreOrder: true);
    }

    private string Folder(string name) => Directory.CreateDirectory(_folder[name]).FullName;

    private string Error() => Should.Throw<InputException>(() => PeftFolder.Read(_folder["adapter"], _model)).Message;

    private LoraAdapter Write(LoraShape shape, Action<JsonNode>? change = null)
    {
        var adapter = LoraAdapter.New(_model, shape, 0);
        PeftFolder.Write(adapter, _model, Folder("adapter"));
        var config = JsonNode.Parse(File.ReadAllText(_folder[$"adapter/{Config}"]))!;
        change?.Invoke(config);
        File.WriteAllText(_folder[$"adapter/{Config}"], config.ToJsonString());
        return adapter;
    }

    private LoraAdapter Rewritten(LoraAdapter adapter)
    {
        PeftFolder.Write(adapter, _model, Folder("written"));
        return PeftFolder.Read(_folder["written"], _model);
    }

    private void Change(Action<Dictionary<string, Tensor>> change)
    {
        var path = _folder[$"adapter/{Weights}"];
        Dictionary<string, Tensor> tensors;
        using (var file = SafetensorsFile.Open(path))
        {
            tensors = file.Header.Entries.ToDictionary(entry => entry.Name, entry => file.Load(entry.Name).clone());
        }

        change(tensors);
        TensorFile.Write(path, tensors);
    }
}

using System.Text.Json;
using Harness.Models.Checkpoints;

namespace Harness.Tests.Verbs;

public sealed class FinetuneVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public FinetuneVerbTests()
    {
        new TinyLlama().Write(_folder["dense"]);
        WriteRows(_folder["rows.safetensors"], 16, 24);
    }

    private string Pruned
    {
        get
        {
            if (!Directory.Exists(_folder["pruned"]))
            {
                Program.Succeed("prune", "--model", _folder["dense"], "--method", "magnitude", "--sparsity", "2:4", "--out", _folder["pruned"]);
            }

            return _folder["pruned"];
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Writes_an_adapter_beside_the_model_and_records_every_step()
    {
        var summary = Program.Succeed(Finetune("out", "--lr", "0.01", "--record", _folder["record.json"])).TrimEnd('\n').Split('\n');

        summary[0].ShouldBe($"wanda, 6 steps: {_folder["out"]}");
        summary[1].ShouldBe("  trained      1792 numbers; 7680 weights stay 0");
        Directory.EnumerateFileSystemEntries(_folder["out"]).Select(Path.GetFileName).Order().ShouldBe(["adapter_config.json", "adapter_model.safetensors", "harness.json"]);
        Directory.Exists(_folder["out.training"]).ShouldBeFalse();
        var record = Json("record.json");
        record.GetProperty("loss").GetArrayLength().ShouldBe(6);
        record.GetProperty("gradNorm").GetArrayLength().ShouldBe(6);
        record.GetProperty("learningRate")[0].GetDouble().ShouldBe(0.01);
        record.GetProperty("evalLossAfter").GetDouble().ShouldBeLessThan(record.GetProperty("evalLossBefore").GetDouble());
        record.GetProperty("recipe").GetProperty("targets").EnumerateArray().Select(target => target.GetString()).ShouldContain("v_proj");
    }

    [Fact]
    public void Scores_a_model_with_its_adapter_as_the_checkpoint_that_it_merges_into()
    {
        var text = _folder["text.txt"];
        File.WriteAllText(text, string.Concat(Enumerable.Range(0, 40).Select(i => $"The {i}th fox sleeps. ")));
        Program.Succeed("finetune", "--model", _folder["dense"], "--from-ids", _folder["rows.safetensors"], "--batch", "4", "--accumulate", "1", "--lr", "0.01", "--warmup", "0", "--out", _folder["adapter"]);
        Program.Succeed("finetune", "--model", _folder["dense"], "--from-ids", _folder["rows.safetensors"], "--adapter", _folder["adapter"], "--steps", "0", "--merge", "--out", _folder["merged"]);

        var (before, beside, merged) = (Score(_folder["dense"]), Score(_folder["dense"], "--adapter", _folder["adapter"]), Score(_folder["merged"]));

        beside.ShouldBe(merged, 1e-4 * merged);
        Math.Abs(beside - before).ShouldBeGreaterThan(1e-3 * before);

        double Score(string model, params string[] more)
        {
            Program.Succeed(["score", "--model", model, "--tasks", text, "--length", "32", "--json", _folder["score.json"], .. more]);
            return Json("score.json").GetProperty("scores")[0].GetProperty("value").GetDouble();
        }
    }

    [Fact]
    public void Gives_the_same_bytes_in_little_memory()
    {
        new TinyLlama { IsBFloat16 = true }.Write(_folder["pruned"]);
        var (much, little) = (Program.Run(Finetune("much", "--lr", "0.01", "--dropout", "0.1")), Program.Run(Finetune("little", "--lr", "0.01", "--dropout", "0.1", "--memory", "1MB")));

        much.Notes.ShouldMatch(@"Memory plan: [\d.]+ kB frozen weights \+ [\d.]+ kB trained, gradients and moments \+ [\d.]+ kB graphs of all blocks\.");
        little.Notes.ShouldMatch(@"Memory plan: frozen weights converted block by block \+ [\d.]+ kB trained, gradients and moments \+ [\d.]+ kB graph of a block, each computed anew on the way back\.");
        File.ReadAllBytes(Path.Combine(_folder["little"], "adapter_model.safetensors")).ShouldBe(File.ReadAllBytes(Path.Combine(_folder["much"], "adapter_model.safetensors")));
    }

    [Fact]
    public void Merges_under_the_masks_or_not_at_all()
    {
        Program.Refuse(Finetune("plain", "--merge")).ShouldBe(
            "Merging would fill 1536 pruned weights, all that the linears with adapters have, and the model would no longer be sparse. "
            + "Use --merge masked, which keeps them 0, or leave --merge out and evaluate by score --adapter.");
        Directory.EnumerateFileSystemEntries(_folder.Path, "plain*").ShouldBeEmpty();

        Program.Succeed(Finetune("masked", "--lr", "0.01", "--merge", "masked", "--json", _folder["masked.json"]));

        Zeros("masked").ShouldBe(Zeros("pruned"));
        Json("masked.json").GetProperty("evalLossMerged").GetDouble().ShouldNotBe(Json("masked.json").GetProperty("evalLossAfter").GetDouble());
        File.Exists(Path.Combine(_folder["masked"], "harness", "masks.safetensors")).ShouldBeTrue();
    }

    [Theory]
    [InlineData("full")]
    [InlineData("perp")]
    public void Trains_the_models_own_weights_and_keeps_every_zero_masks_and_tiers(string recipe)
    {
        var calibration = SafetensorsText.WriteIds(_folder["ids.safetensors"], [.. Enumerable.Range(0, 2 * 16).Select(i => (long)(i * 7 % 256))], 2, 16);
        Program.Succeed("prune", "--model", _folder["dense"], "--method", "block", "--block-size", "8", "--sparsity", "0.5", "--calibration", calibration, "--out", _folder["pruned"]);

        Program.Succeed(Finetune("out", "--recipe", recipe, "--lr", "0.01", "--json", _folder["result.json"]));

        Zeros("out").ShouldBe(Zeros("pruned"));
        Json("result.json").GetProperty("evalLossAfter").GetDouble().ShouldBeLessThan(Json("result.json").GetProperty("evalLossBefore").GetDouble());
        foreach (var sidecar in Directory.EnumerateFiles(Path.Combine(_folder["pruned"], "harness")))
        {
            File.ReadAllBytes(Path.Combine(_folder["out"], "harness", Path.GetFileName(sidecar))).ShouldBe(File.ReadAllBytes(sidecar), sidecar);
        }

        var (before, after) = (File.ReadAllBytes(Path.Combine(_folder["pruned"], "model.safetensors")), File.ReadAllBytes(Path.Combine(_folder["out"], "model.safetensors")));
        after.ShouldNotBe(before);
        after.Length.ShouldBe(before.Length);
    }

    [Fact]
    public void Trains_between_two_iterations_of_progressive_pruning_as_long_as_the_schedule_says()
    {
        var calibration = SafetensorsText.WriteIds(_folder["ids.safetensors"], [.. Enumerable.Range(0, 2 * 16).Select(i => (long)(i * 7 % 256))], 2, 16);
        var schedule = _folder.Write("schedule.csv", "iteration,dense,mid_2_4,topk,epochs\n1,0.7,0.3,0,0.5\n2,0.4,0.3,0.3,1\n");
        string[] prune = ["prune", "--method", "progressive", "--schedule", schedule, "--block-size", "8", "--calibration", calibration];
        string[] finetune = ["finetune", "--recipe", "full", "--from-ids", _folder["rows.safetensors"], "--batch", "2", "--accumulate", "1", "--lr", "0.01", "--json", _folder["result.json"]];

        Program.Succeed([.. prune, "--model", _folder["dense"], "--out", _folder["first"]]);
        Program.Succeed([.. finetune, "--model", _folder["first"], "--out", _folder["trained"]]);
        Json("result.json").GetProperty("loss").GetArrayLength().ShouldBe(4);
        Program.Succeed([.. prune, "--model", _folder["trained"], "--out", _folder["second"]]);
        Program.Succeed([.. finetune, "--model", _folder["second"], "--out", _folder["last"]]);
        Json("result.json").GetProperty("loss").GetArrayLength().ShouldBe(8);

        using var tiers = SafetensorsFile.Open(_folder["last/harness/tiers.safetensors"]);
        tiers.Header.Metadata!["iteration"].ShouldBe("2");
        (Zeros("first"), Zeros("last")).ShouldBe((Zeros("trained"), Zeros("second")));
        Zeros("last").ShouldBeGreaterThan(Zeros("first"));
    }

    [Fact]
    public void Goes_on_after_a_kill_and_ends_with_the_same_bytes()
    {
        WriteRows(_folder["rows.safetensors"], 400, 24);
        string[] arguments = [.. Finetune("", "--lr", "0.01", "--dropout", "0.1", "--save-every", "7", "--eval-every", "5")];
        Program.Succeed([.. arguments[..^1], _folder["whole"], "--record", _folder["whole.json"]]);
        using (var process = Program.Start([("HARNESS_CACHE", _folder["cache"])], [.. arguments[..^1], _folder["killed"]]))
        {
            SpinWait.SpinUntil(() => process.HasExited || Directory.Exists(_folder["killed.training"]), TimeSpan.FromSeconds(60)).ShouldBeTrue();
            Thread.Sleep(300);
            process.Kill();
            process.WaitForExit();
        }

        Directory.Exists(_folder["killed"]).ShouldBeFalse("the kill came too late to show anything");
        Program.Refuse([.. Finetune("", "--lr", "0.02", "--dropout", "0.1", "--save-every", "7", "--eval-every", "5")[..^1], _folder["killed"]]).ShouldBe(
            $"{_folder["killed.training"]} holds a training that was begun otherwise (recipe.lr 0.01 → 0.02). Remove that folder to begin anew, or give what it was begun with.");
        Program.Succeed([.. arguments[..^1], _folder["killed"], "--record", _folder["killed.json"]]);

        foreach (var curve in (string[])["loss", "gradNorm", "learningRate", "evaluations", "evalLossBefore", "evalLossAfter"])
        {
            Json("killed.json").GetProperty(curve).ToString().ShouldBe(Json("whole.json").GetProperty(curve).ToString(), curve);
        }

        File.ReadAllBytes(Path.Combine(_folder["killed"], "adapter_model.safetensors")).ShouldBe(File.ReadAllBytes(Path.Combine(_folder["whole"], "adapter_model.safetensors")));
    }

    [Fact]
    public void Trains_on_a_corpus_in_another_order_each_epoch()
    {
        File.WriteAllLines(_folder["docs.jsonl"], Enumerable.Range(0, 60).Select(i => JsonSerializer.Serialize(new { text = $"Document {i} tells of the number {i * i}." })));

        Program.Succeed(
            "finetune", "--model", Pruned, "--corpus", _folder["docs.jsonl"], "--length", "32", "--batch", "2", "--accumulate", "2", "--epochs", "2", "--samples", "12", "--eval-samples", "30", "--lr", "0.01", "--json", _folder["result.json"], "--out", _folder["out"]);

        var result = Json("result.json");
        result.GetProperty("recipe").GetProperty("corpus").GetString().ShouldBe("docs.jsonl");
        var rows = result.GetProperty("recipe").GetProperty("rows").GetInt32();
        rows.ShouldBe(12);
        result.GetProperty("loss").GetArrayLength().ShouldBe(rows * 2 / 4);
        result.GetProperty("evalLossAfter").GetDouble().ShouldBeLessThan(result.GetProperty("evalLossBefore").GetDouble());
    }

    [Fact]
    public void Refuses_what_has_no_meaning()
    {
        Program.Refuse(Finetune("out", "--recipe", "full", "--merge", "masked")).ShouldBe("Recipe full trains no adapter, so --merge has no meaning. Leave it out, or use recipe wanda or llm-pruner.");
        Program.Refuse(Finetune("out", "--recipe", "full", "--rank", "4")).ShouldBe("full trains no adapters, so rank has no meaning. Leave it out, or use recipe wanda or llm-pruner.");
        Program.Refuse(Finetune("out", "--recipe", "wander")).ShouldBe("Unknown recipe 'wander'. Did you mean 'wanda'? Known: full, llm-pruner, perp, the path of a .json file, wanda.");
        Program.Refuse(Finetune("out", "--merge", "both")).ShouldBe("--merge is 'both'; plain or masked was expected.");
        Program.Refuse(Finetune("out", "--length", "16")).ShouldBe($"--length belongs to sampling; {_folder["rows.safetensors"]} holds the rows themselves. Leave --length out.");
        Program.Refuse(Finetune("out", "--targets", "query")).ShouldBe(
            $"{Pruned} has no linear named query. Use --targets with some of q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj, or all.");
        Program.Refuse(Finetune("out", "--adapter", _folder["nowhere"])).ShouldBe($"{_folder["nowhere"]} holds no adapter_config.json; a folder that PEFT or harness finetune has written was expected.");
        Directory.CreateDirectory(_folder["out"]);
        Program.Refuse(Finetune("out")).ShouldBe($"{_folder["out"]} already exists. Choose another output folder or remove it.");
    }

    [Fact]
    public void Follows_the_reference_from_the_command_line_by_masks_alone()
    {
        var folder = ReferencePack.Path("lora", "lora-qv");
        string[] common = ["finetune", "--model", ReferencePack.Model("tinystories-656k"), "--masks", Path.Combine(folder, "masks.safetensors"), "--from-ids", Path.Combine(folder, "batches.safetensors")];

        Program.Succeed([.. common, "--adapter", Path.Combine(folder, "adapter-initial"), "--dropout", "0", "--lr", "0.001", "--batch", "4", "--accumulate", "1", "--record", _folder["record.json"], "--out", _folder["out"]]);
        Program.Succeed([.. common, "--adapter", Path.Combine(folder, "adapter-final"), "--steps", "0", "--merge", "masked", "--record", _folder["merge.json"], "--out", _folder["merged"]]);

        var expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "case.json"))).RootElement;
        var (loss, original) = (Json("record.json").GetProperty("loss"), expected.GetProperty("loss"));
        loss.GetArrayLength().ShouldBe(original.GetArrayLength());
        for (var step = 0; step < original.GetArrayLength(); step++)
        {
            loss[step].GetDouble().ShouldBe(original[step].GetDouble(), 1e-4 * original[step].GetDouble(), $"step {step}");
        }

        Near("evalLossAfter", "record.json", "eval_loss_after");
        Near("evalLossMerged", "merge.json", "eval_loss_masked_merge");
        Zeros("merged").ShouldBe(196608);

        void Near(string key, string file, string known) => Json(file).GetProperty(key).GetDouble().ShouldBe(expected.GetProperty(known).GetDouble(), 1e-4 * expected.GetProperty(known).GetDouble(), key);
    }

    private string[] Finetune(string output, params string[] more) =>
        ["finetune", "--model", Pruned, "--from-ids", _folder["rows.safetensors"], "--batch", "2", "--accumulate", "1", "--warmup", "0", .. Steps(more), .. more, "--out", output.Length == 0 ? "" : _folder[output]];

    private static string[] Steps(string[] more) => more.Contains("--save-every") ? [] : ["--steps", "6"];

    private long Zeros(string model)
    {
        Program.Succeed("inspect", "sparsity", "--model", _folder[model], "--json", _folder["sparsity.json"]);
        return Json("sparsity.json").GetProperty("linears").EnumerateArray().Sum(linear => linear.GetProperty("zeros").GetInt64());
    }

    private JsonElement Json(string name) => JsonDocument.Parse(File.ReadAllText(_folder[name])).RootElement;

    /// <summary>Rows that can be learned: each token follows from the one before.</summary>
    private static void WriteRows(string path, int rows, int length) => Durable.WriteFile(path, stream =>
    {
        var writer = new SafetensorsWriter(stream, [new StoredTensor("train_ids", ElementType.Int32, [rows, length]), new StoredTensor("eval_ids", ElementType.Int32, [4, length])]);
        foreach (var (name, count) in new[] { ("train_ids", rows), ("eval_ids", 4) })
        {
            int[] ids = [.. Enumerable.Range(0, count * length).Select(i => (i / length * 11 + i % length * 7) % 50)];
            writer.Write(name, System.Runtime.InteropServices.MemoryMarshal.AsBytes<int>(ids));
        }

        writer.Complete();
    });
}

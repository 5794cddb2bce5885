using Harness.LoraFinetune.Masks;
using Harness.Models;
using Harness.Models.Checkpoints;

namespace Harness.LoraFinetune.Tests;

public sealed class RecoveredCheckpointTests : IDisposable
{
    private const string Query = "model.layers.0.self_attn.q_proj.weight";
    private const string Norm = "model.norm.weight";

    private readonly TemporaryFolder _folder = new();
    private readonly CausalLM _model;

    public RecoveredCheckpointTests() => _model = CausalLM.Open(new TinyLlama
    {
        IsBFloat16 = true,
        Change = (name, values) =>
        {
            for (var i = 0; i < values.Length && name == Query; i += 2)
            {
                values[i] = 0;
            }
        },
    }.Write(_folder["model"]));

    [Fact]
    public void Holds_what_was_trained_in_the_type_of_the_file_with_its_masks_and_tiers()
    {
        using var scope = NewDisposeScope();
        TensorFile.Write(Directory.CreateDirectory(Path.Combine(_folder["model"], CheckpointWriter.SidecarFolder)).FullName + "/tiers.safetensors", new Dictionary<string, Tensor> { [Query] = tensor(new byte[] { 1, 3 }) });
        using var masks = SparsityMasks.Of(_model);
        var query = _model.Folder.Load(Query).to(float32).mul(1.5);

        RecoveredCheckpoint.Write(_model, _folder["out"], new Dictionary<string, Func<Tensor>> { [Query] = () => query, [Norm] = () => ones([32]) }, masks, writer => writer.AddText("note.json", "{}"));

        using var model = CausalLM.Open(_folder["out"]);
        model.Folder.Type(Query).ShouldBe(ElementType.BFloat16);
        TensorFile.Same(model.Folder.Load(Query), query.to(bfloat16)).ShouldBeTrue();
        TensorFile.Same(model.Folder.Load(Norm), ones([32], bfloat16)).ShouldBeTrue();
        TensorFile.Same(model.Folder.Load("lm_head.weight"), _model.Folder.Load("lm_head.weight")).ShouldBeTrue();
        using var read = SparsityMasks.Of(model);
        (read.Pruned, Path.GetFileName(read.Source)).ShouldBe((512, PackedMask.SidecarName));
        using var tiers = SafetensorsFile.Open(Path.Combine(_folder["out"], CheckpointWriter.SidecarFolder, "tiers.safetensors"));
        TensorFile.Same(tiers.Load(Query), tensor(new byte[] { 1, 3 })).ShouldBeTrue();
        Directory.EnumerateFiles(_folder["out"], "note.json", SearchOption.AllDirectories).Count().ShouldBe(1);
        model.Folder.Release();
    }

    [Fact]
    public void Nothing_is_written_where_a_zero_would_be_filled()
    {
        using var scope = NewDisposeScope();
        using var masks = SparsityMasks.Of(_model);

        Should.Throw<InvalidOperationException>(() => RecoveredCheckpoint.Write(_model, _folder["out"], new Dictionary<string, Func<Tensor>> { [Query] = () => ones([32, 32]) }, masks, _ => { }))
            .Message.ShouldStartWith($"{Query} has 512 weights that are not 0 where it is pruned;");
        Directory.Exists(_folder["out"]).ShouldBeFalse();

        RecoveredCheckpoint.Write(_model, _folder["out"], new Dictionary<string, Func<Tensor>> { [Query] = () => ones([32, 32]) }, null, _ => { });
        File.Exists(Path.Combine(_folder["out"], CheckpointWriter.SidecarFolder, PackedMask.SidecarName)).ShouldBeFalse();
    }

    [Fact]
    public void Weights_that_given_masks_prune_are_written_pruned()
    {
        using var scope = NewDisposeScope();
        var up = "model.layers.1.mlp.up_proj.weight";
        var path = TensorFile.Write(_folder["masks.safetensors"], _model.Linears.ToDictionary(
            linear => linear.Parameter, linear => linear.Parameter == up ? zeros([48, 32], ScalarType.Byte) : _model.Folder.Load(linear.Parameter).ne(0).to(ScalarType.Byte)));
        using var masks = SparsityMasks.Of(_model, path);

        RecoveredCheckpoint.Write(_model, _folder["out"], new Dictionary<string, Func<Tensor>>(), masks, _ => { });

        using var model = CausalLM.Open(_folder["out"]);
        model.Folder.Load(up).count_nonzero().item<long>().ShouldBe(0);
        using var read = SparsityMasks.Of(model);
        read.Pruned.ShouldBe(512 + 48 * 32);
        model.Folder.Release();
    }

    public void Dispose()
    {
        _model.Dispose();
        _model.Folder.Release();
        _folder.Dispose();
    }
}

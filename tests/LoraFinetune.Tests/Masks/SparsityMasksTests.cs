using Harness.LoraFinetune.Masks;
using Harness.Models;
using Harness.Models.Checkpoints;

namespace Harness.LoraFinetune.Tests.Masks;

public sealed class SparsityMasksTests : IDisposable
{
    private const string Query = "model.layers.0.self_attn.q_proj.weight";
    private const string Down = "model.layers.1.mlp.down_proj.weight";

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Are_the_zeros_of_the_weights_where_nothing_else_says()
    {
        using var scope = NewDisposeScope();
        using var model = Model(name => name is Query or Down);
        using var masks = SparsityMasks.Of(model);

        masks.Source.ShouldBe("the zeros of its weights");
        masks.Kept.Keys.ShouldBe([Query, Down]);
        (masks.Pruned, masks.NewlyPruned).ShouldBe(((32 * 32 + 32 * 48) / 2, 0));
        masks.Applied.ShouldBeEmpty();
        TensorFile.Same(masks.Kept[Query], model.Folder.Load(Query).ne(0)).ShouldBeTrue();
        model.Folder.Release();
    }

    [Theory]
    [InlineData("uint8")]
    [InlineData("bool")]
    [InlineData("bits")]
    public void Are_those_of_a_file_whole_or_packed_and_prune_what_is_not_yet(string form)
    {
        using var scope = NewDisposeScope();
        using var model = Model(name => name == Query);
        var masks = model.Linears.ToDictionary(linear => linear.Parameter, linear => Checkered(linear.Parameter == Down, [.. model.Folder.Shape(linear.Parameter)]));
        masks[Query] = model.Folder.Load(Query).ne(0);
        var path = TensorFile.Write(_folder["masks.safetensors"], masks.ToDictionary(
            mask => mask.Key, mask => form == "bits" ? PackedMask.Of(mask.Value) : mask.Value.to(form == "bool" ? ScalarType.Bool : ScalarType.Byte)));

        using var read = SparsityMasks.Of(model, path);

        read.Source.ShouldBe(path);
        read.Kept.Keys.ShouldBe([Query, Down]);
        read.Kept.ShouldAllBe(kept => TensorFile.Same(kept.Value, masks[kept.Key]));
        (read.Pruned, read.NewlyPruned).ShouldBe(((32 * 32 + 32 * 48) / 2, 32 * 48 / 2));
        read.Applied.Keys.ShouldBe([Down]);
        TensorFile.Same(read.Applied[Down], model.Folder.Load(Down).mul(masks[Down])).ShouldBeTrue();
        model.Folder.Release();
    }

    [Fact]
    public void Are_those_that_pruning_left_beside_the_checkpoint()
    {
        using var scope = NewDisposeScope();
        using (var model = Model(name => name == Query))
        using (var masks = SparsityMasks.Of(model))
        {
            RecoveredCheckpoint.Write(model, _folder["pruned"], new Dictionary<string, Func<Tensor>>(), masks, _ => { });
            model.Folder.Release();
        }

        using var pruned = CausalLM.Open(_folder["pruned"]);
        using var read = SparsityMasks.Of(pruned);

        var sidecar = Path.Combine(_folder["pruned"], CheckpointWriter.SidecarFolder, PackedMask.SidecarName);
        (read.Source, read.Pruned).ShouldBe((sidecar, 32 * 32 / 2));
        read.Kept.Keys.ShouldBe([Query]);
        pruned.Folder.Release();
    }

    [Fact]
    public void A_checkpoint_that_contradicts_its_own_masks_is_refused()
    {
        using var scope = NewDisposeScope();
        Are_those_that_pruning_left_beside_the_checkpoint();
        new TinyLlama().Write(_folder["dense"]);
        File.Copy(_folder["dense/model.safetensors"], _folder["pruned/model.safetensors"], overwrite: true);
        using var model = CausalLM.Open(_folder["pruned"]);
        var sidecar = Path.Combine(_folder["pruned"], CheckpointWriter.SidecarFolder, PackedMask.SidecarName);

        Error(() => SparsityMasks.Of(model)).ShouldBe(
            $"{Query} of {_folder["pruned"]} has 512 weights that are not 0 where {sidecar} says that they are pruned. Weights and masks are not of one model; give the right ones by --masks.");
        model.Folder.Release();
    }

    [Fact]
    public void A_file_that_lacks_a_linear_or_has_another_shape_is_refused()
    {
        using var scope = NewDisposeScope();
        using var model = Model(_ => false);
        var path = TensorFile.Write(_folder["masks.safetensors"], new Dictionary<string, Tensor> { [Query] = ones([32, 32], ScalarType.Byte) });
        Error(() => SparsityMasks.Of(model, path)).ShouldBe($"{path} holds no mask named model.layers.0.self_attn.k_proj.weight. Masks are named as the weights, one for each linear.");
        TensorFile.Write(path, new Dictionary<string, Tensor> { [Query] = ones([32, 31], ScalarType.Byte) });
        Error(() => SparsityMasks.Of(model, path)).ShouldStartWith($"{path}: the mask {Query} is UInt8 [32, 31]; expected uint8 or bool [32, 32]");
        model.Folder.Release();
    }

    [Fact]
    public void Lie_as_the_checkpoint_stores_its_weights()
    {
        using var scope = NewDisposeScope();
        // GPT-2's are [in, out]
        using var model = CausalLM.Open(ReferencePack.Path("families", "gpt2"));
        var parameter = model.Linears.First(linear => linear.Linear.Rows != linear.Linear.Columns).Parameter;
        var masks = model.Linears.ToDictionary(linear => linear.Parameter, linear => Checkered(linear.Parameter == parameter, [.. model.Folder.Shape(linear.Parameter)]));

        using var read = SparsityMasks.Of(model, TensorFile.Write(_folder["masks.safetensors"], masks.ToDictionary(mask => mask.Key, mask => PackedMask.Of(mask.Value))));

        TensorFile.Same(read.Kept[parameter], masks[parameter]).ShouldBeTrue();
        read.Applied[parameter].shape.ShouldBe([.. model.Folder.Shape(parameter)]);
        model.Overlay = model.Overlay with { Tensors = read.Applied };
        using var block = model.Block(0);
        var linear = block.Linears.Single(linear => linear.Parameter == parameter);
        linear.IsStoredTransposed.ShouldBeTrue();
        TensorFile.Same(linear.Weight.t().ne(0), masks[parameter]).ShouldBeTrue();
        model.Folder.Release();
    }

    [Fact]
    public void Count_what_has_been_filled()
    {
        using var scope = NewDisposeScope();
        using var model = Model(name => name == Query);
        using var masks = SparsityMasks.Of(model);
        var weight = model.Folder.Load(Query).clone();

        masks.Filled(Query, weight).ShouldBe(0);
        masks.Filled(Query, weight.add(1)).ShouldBe(512);
        masks.Filled(Down, model.Folder.Load(Down)).ShouldBe(0);
        model.Folder.Release();
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Every second weight is kept, or all.</summary>
    private static Tensor Checkered(bool isPruned, long[] shape) => isPruned
        ? tensor(Enumerable.Range(0, (int)(shape[0] * shape[1])).Select(i => (byte)(i % 2)).ToArray()).view(shape).ne(0)
        : ones(shape, ScalarType.Bool);

    private CausalLM Model(Func<string, bool> isPruned) => CausalLM.Open(new TinyLlama
    {
        Change = (name, values) =>
        {
            for (var i = 0; i < values.Length && isPruned(name); i += 2)
            {
                values[i] = 0;
            }
        },
    }.Write(_folder["model"]));

    private static string Error(Action action) => Should.Throw<InputException>(action).Message;
}

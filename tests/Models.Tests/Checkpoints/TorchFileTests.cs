using System.IO.Compression;
using System.Runtime.InteropServices;
using Harness.Models.Checkpoints;

namespace Harness.Models.Tests.Checkpoints;

public sealed class TorchFileTests : IDisposable
{
    private static readonly float[] Numbers = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

    // [3, 4] as it lies, its transpose, its second row, every second column, a number, nothing
    private static readonly SavedTensor[] Views =
    [
        new("whole", "FloatStorage", "0", 12, 0, [3, 4], [4, 1]),
        new("transposed", "FloatStorage", "0", 12, 0, [4, 3], [1, 4]),
        new("row", "FloatStorage", "0", 12, 4, [4], [1]),
        new("columns", "FloatStorage", "0", 12, 1, [3, 2], [4, 2]),
        new("number", "FloatStorage", "0", 12, 11, [], []),
        new("nothing", "FloatStorage", "0", 12, 12, [0, 4], [4, 1]),
    ];

    private static readonly Dictionary<string, byte[]> OneStorage = new() { ["0"] = MemoryMarshal.AsBytes(Numbers.AsSpan()).ToArray() };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("zip")]
    [InlineData("deflated")]
    [InlineData("stream")]
    public void Gives_tensors_by_offset_shape_and_strides(string form)
    {
        using var scope = NewDisposeScope();
        using var file = TorchFile.Open(form == "stream"
            ? TorchSave.Stream(_folder["a"], Views, OneStorage.ToDictionary(item => item.Key, item => (item.Value, 4)))
            : TorchSave.Zip(_folder["a"], Views, OneStorage, deflated: form == "deflated"));

        file.Names.ShouldBe(["whole", "transposed", "row", "columns", "number", "nothing"]);
        file.Find("transposed").ShouldSatisfyAllConditions(
            tensor => tensor.Type.ShouldBe(ElementType.Float32),
            tensor => tensor.Shape.ShouldBe([4, 3]),
            tensor => tensor.Bytes.ShouldBe(48));
        Values(file, "whole").ShouldBe(Numbers);
        Values(file, "transposed").ShouldBe([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]);
        Values(file, "row").ShouldBe([4, 5, 6, 7]);
        Values(file, "columns").ShouldBe([1, 3, 5, 7, 9, 11]);
        Values(file, "number").ShouldBe([11]);
        Values(file, "nothing").ShouldBeEmpty();
        file.Load("number").shape.ShouldBeEmpty();
        file.Load("nothing").shape.ShouldBe([0, 4]);
    }

    [Theory]
    [InlineData("DoubleStorage", 8, ScalarType.Float64)]
    [InlineData("FloatStorage", 4, ScalarType.Float32)]
    [InlineData("HalfStorage", 2, ScalarType.Float16)]
    [InlineData("BFloat16Storage", 2, ScalarType.BFloat16)]
    [InlineData("LongStorage", 8, ScalarType.Int64)]
    [InlineData("IntStorage", 4, ScalarType.Int32)]
    [InlineData("ShortStorage", 2, ScalarType.Int16)]
    [InlineData("CharStorage", 1, ScalarType.Int8)]
    [InlineData("ByteStorage", 1, ScalarType.Byte)]
    [InlineData("BoolStorage", 1, ScalarType.Bool)]
    public void Keeps_every_element_type(string storage, int elementBytes, ScalarType type)
    {
        using var scope = NewDisposeScope();
        byte[] bytes = [.. Enumerable.Range(0, 2 * elementBytes).Select(i => (byte)(i % 2))];
        using var file = TorchFile.Open(TorchSave.Zip(_folder["a"], [new("x", storage, "7", 2, 0, [2], [1])], new Dictionary<string, byte[]> { ["7"] = bytes }));

        file.Load("x").dtype.ShouldBe(type);
        file.Load("x").bytes.ToArray().ShouldBe(bytes);
    }

    [Fact]
    public void Tensors_of_one_storage_share_it_in_memory_and_not_with_the_file()
    {
        using var scope = NewDisposeScope();
        var path = TorchSave.Zip(
            _folder["a"],
            [new("whole", "ByteStorage", "0", 4, 0, [4], [1]), new("part", "ByteStorage", "0", 4, 1, [2], [1])],
            new Dictionary<string, byte[]> { ["0"] = [1, 2, 3, 4] });
        var before = File.ReadAllBytes(path);
        using var file = TorchFile.Open(path);
        file.Load("part").zero_();

        file.Load("whole").bytes.ToArray().ShouldBe([1, 0, 0, 4]);
        File.ReadAllBytes(path).ShouldBe(before);
    }

    [Fact]
    public void Reads_parameters_attributes_and_tensors_over_bytes()
    {
        using var scope = NewDisposeScope();
        var pickle = new PickleAssembler().Protocol()
            // OrderedDict([('first', Parameter(tensor))]), an ordered dictionary from pairs
            .Global("collections", "OrderedDict").Raw("(((").Text("first")
            .Global("torch._utils", "_rebuild_parameter").Raw("(").Tensor(Views[2]).Raw(0x88).Global("collections", "OrderedDict").Raw(")RtRtltR")
            // its attribute _metadata
            .Raw("}").Text("_metadata").Raw("}sb")
            // then: bytes read as float16, torch.Size for a shape, Parameter with state, Tensor with attributes
            .Text("bytes").Global("torch._utils", "_rebuild_tensor_v3").Raw("(").Raw("(").Text("storage").Global("torch.storage", "UntypedStorage")
            .Text("1").Text("cpu").Number(4).Raw("tQ").Number(1).Global("torch", "Size").Numbers(1).Raw(0x85).Raw("R").Numbers(1)
            .Raw(0x89).Raw("N").Global("torch", "float16").Raw("tRs")
            .Text("state").Global("torch._utils", "_rebuild_parameter_with_state").Raw("(").Tensor(Views[4]).Raw(0x88).Raw("N}tRs")
            .Text("attributes").Global("torch._tensor", "_rebuild_from_type_v2").Raw("(").Global("torch._utils", "_rebuild_tensor")
            .Global("torch", "Tensor").Raw("(").Storage("FloatStorage", "0", 12).Number(2).Numbers(2).Numbers(4).Raw("t}tRs.");
        using var file = TorchFile.Open(TorchSave.ZipOf(_folder["a"], pickle.ToArray(), new Dictionary<string, byte[]>(OneStorage) { ["1"] = [9, 9, 0x00, 0x3c] }));

        file.Names.ShouldBe(["first", "bytes", "state", "attributes"]);
        Values(file, "first").ShouldBe([4, 5, 6, 7]);
        file.Load("bytes").dtype.ShouldBe(ScalarType.Float16);
        Values(file, "bytes").ShouldBe([1]);
        Values(file, "state").ShouldBe([11]);
        Values(file, "attributes").ShouldBe([2, 6]);
    }

    [Fact]
    public void Reads_every_plain_instruction_of_all_protocols()
    {
        // a list of all literals is dropped again, before the dictionary that counts
        var pickle = new PickleAssembler().Protocol(5).Raw(0x95).Raw(new byte[8])
            .Raw("](N").Raw(0x88, 0x89).Raw("J").Raw(255, 255, 255, 255).Raw("K\u0001M").Raw(1, 0).Raw("I01\nI-7\nL8L\nF1.5\nG").Raw(new byte[8])
            .Raw(0x8b, 1, 0, 0, 0, 0x80).Raw("S'a'\nVb\nU").Raw(1, (byte)'c').Raw("T").Raw(1, 0, 0, 0, (byte)'d').Raw(0x8c, 1, (byte)'e')
            .Raw(0x8d, 1, 0, 0, 0, 0, 0, 0, 0, (byte)'f').Raw("C").Raw(1, 0).Raw("B").Raw(1, 0, 0, 0, 0).Raw(0x8e, 1, 0, 0, 0, 0, 0, 0, 0, 0)
            .Raw(0x96, 1, 0, 0, 0, 0, 0, 0, 0, 0).Raw(")(d]Na(l").Raw("]K\u0001a").Raw("K\u00010(K\u00011").Raw("N2").Raw(0x86).Raw("NNN").Raw(0x87).Raw("p9\ng9\nr").Raw(1, 1, 0, 0).Raw("j").Raw(1, 1, 0, 0)
            .Raw("e0").Raw("}").Raw(0x94).Raw("0h").Raw(2).Raw(".");
        TorchFile.Open(TorchSave.ZipOf(_folder["a"], pickle.ToArray(), OneStorage)).Names.ShouldBeEmpty();
    }

    [Fact]
    public void Refuses_code_by_opcode_place_and_name()
    {
        // os.system('touch …') in the way of every pickle that attacks
        var pickle = new PickleAssembler().Protocol().Raw("}").Text("x").Global("posix", "system").Text($"touch {_folder["ran"]}").Raw(0x85).Raw("Rs.");
        Refusal(pickle).ShouldBe(
            $"{_folder["a"]}: its pickle asks for 'posix.system' (opcode GLOBAL at byte 9); only tensors, dictionaries, lists, texts and numbers are read, "
            + "and nothing is ever executed. Save the weights alone, best as safetensors.");
        File.Exists(_folder["ran"]).ShouldBeFalse();
    }

    [Theory]
    [InlineData("(S'x'\nios\nsystem\n.", "'os.system' (opcode INST at byte 6)")]
    [InlineData("S'os'\nS'system'\n\u0093.", "'os.system' (opcode STACK_GLOBAL at byte 16)")]
    [InlineData("cbuiltins\neval\n.", "'builtins.eval' (opcode GLOBAL at byte 0)")]
    [InlineData("ctorch.jit\n_pickle\n.", "'torch.jit._pickle' (opcode GLOBAL at byte 0)")]
    [InlineData("ctorch\nFloatStorage\n)R.", "a call of 'torch.FloatStorage' (opcode REDUCE at byte 21)")]
    [InlineData("}N)R.", "a call of a thing that is no function (opcode REDUCE at byte 3)")]
    [InlineData("ccollections\nOrderedDict\n)\u0081.", "what is no plain data (opcode NEWOBJ at byte 26)")]
    [InlineData("\u0082a.", "what is no plain data (opcode EXT1 at byte 0)")]
    [InlineData("]}b.", "what is no plain data (opcode BUILD at byte 2)")]
    [InlineData("Pabc\n.", "what is no plain data (opcode PERSID at byte 0)")]
    [InlineData("S'm'\n\u0085Q.", "a 'm' from outside the pickle (opcode BINPERSID at byte 6)")]
    [InlineData("S'storage'\n\u0085Q.", "a storage of an unknown kind (opcode BINPERSID at byte 12)")]
    [InlineData("\u008f.", "what is no plain data (opcode EMPTY_SET at byte 0)")]
    public void Refuses_whatever_is_no_plain_data(string pickle, string what) => Refusal(Latin(pickle)).ShouldBe(
        $"{_folder["a"]}: its pickle asks for {what}; only tensors, dictionaries, lists, texts and numbers are read, and nothing is ever executed. "
        + "Save the weights alone, best as safetensors.");

    [Theory]
    [InlineData("K", "opcode BININT1 at byte 0: the file ends there")]
    [InlineData("?", "opcode 0x3f at byte 0: there is no such instruction")]
    [InlineData(".", "opcode STOP at byte 0: its stack is empty")]
    [InlineData("}t.", "opcode TUPLE at byte 1: it has no mark")]
    [InlineData("h\u0003.", "opcode BINGET at byte 0: nothing was kept as number 3")]
    [InlineData("X\u00ff\u0000\u0000\u0000ab", "opcode BINUNICODE at byte 0: its argument has 255 bytes and the file 2 more")]
    [InlineData("U\u0001\u00ff.", "opcode SHORT_BINSTRING at byte 0: its text is not UTF-8")]
    [InlineData("NNa.", "opcode APPEND at byte 2: it appends to no list")]
    [InlineData("NNNs.", "opcode SETITEM at byte 3: it sets a key of no dictionary")]
    [InlineData("}(Nu.", "opcode SETITEMS at byte 3: a key has no value")]
    [InlineData("Ix\n.", "opcode INT at byte 0: 'x' is no number")]
    public void Says_where_a_pickle_is_damaged(string pickle, string what) =>
        Refusal(Latin(pickle)).ShouldBe($"{_folder["a"]}: its pickle is damaged at {what}. Copy or download it again.");

    [Fact]
    public void Says_where_a_pickle_breaks_off() =>
        Refusal(Latin("}")).ShouldBe($"{_folder["a"]}: its pickle is damaged: it ends at byte 1 without an end of its own. Copy or download it again.");

    [Theory]
    [InlineData(1, new long[] { 3, 4 }, new long[] { 4, 1 })]
    [InlineData(0, new long[] { 3, 5 }, new long[] { 5, 1 })]
    [InlineData(-1, new long[] { 1 }, new long[] { 1 })]
    [InlineData(5, new long[] { 2 }, new long[] { -1 })]
    [InlineData(0, new long[] { 3 }, new long[] { 4, 1 })]
    [InlineData(0, new[] { 2, long.MaxValue }, new[] { 1, long.MaxValue })]
    public void Refuses_tensors_that_reach_out_of_their_storage(long offset, long[] shape, long[] strides)
    {
        var path = TorchSave.Zip(_folder["a"], [new SavedTensor("x", "FloatStorage", "0", 12, offset, shape, strides)], OneStorage);
        Message(path).ShouldEndWith("the arguments of 'torch._utils._rebuild_tensor_v2' describe no tensor within its storage. Copy or download it again.");
    }

    [Fact]
    public void Refuses_storages_that_are_shorter_than_they_should_be()
    {
        var path = TorchSave.Zip(_folder["a"], Views, new Dictionary<string, byte[]> { ["0"] = new byte[47] });
        Message(path).ShouldBe($"{path}: storage '0' of 48 bytes has 47 in the file. The file is damaged; copy or download it again.");
    }

    [Theory]
    [InlineData("K\u0001.", "a number")]
    [InlineData("(NNt.", "a tuple of 2")]
    [InlineData("](Ne.", "a list of 1")]
    public void Refuses_what_is_no_dictionary(string pickle, string what) =>
        Refusal(Latin(pickle)).ShouldBe($"{_folder["a"]} holds {what}; a dictionary from names to tensors was expected, as model.state_dict() gives it.");

    [Theory]
    [InlineData("}S'epoch'\nK\u0003s.", "a number under 'epoch'")]
    [InlineData("}S'model'\n}s.", "a dictionary of 0 under 'model'")]
    [InlineData("}K\u0003Ns.", "None under a number")]
    public void Refuses_what_is_no_tensor(string pickle, string what) => Refusal(Latin(pickle)).ShouldBe(
        $"{_folder["a"]} holds {what}; a dictionary from names to tensors alone was expected. Save the model's state_dict() alone.");

    [Fact]
    public void Refuses_other_files()
    {
        Message(_folder["a"]).ShouldBe($"{_folder["a"]} does not exist; a file of torch.save was expected there.");
        Message(_folder.Write("b", "version https://git-lfs.github.com/spec/v1")).ShouldBe($"{_folder["b"]} is a Git LFS pointer, not the weights themselves. Run 'git lfs pull' in its folder.");
        Message(_folder.Write("c", "hello")).ShouldBe(
            $"{_folder["c"]} is no file of torch.save: it begins with neither a zip file's nor a pickle's first bytes. It is another format, or damaged.");
        Message(_folder.Write("d", new string('a', 257) + "ustar")).ShouldBe(
            $"{_folder["d"]} is a tar file, as torch.save wrote them before version 0.1.10, which is not supported. Load and save it with any later torch.");
        File.WriteAllBytes(_folder["e"], new PickleAssembler().Protocol().Raw("}.").ToArray());
        Message(_folder["e"]).ShouldBe($"{_folder["e"]} is a pickle, but none of torch.save's: it does not begin with torch's magic number and protocol 1001.");
        using (var zip = ZipFile.Open(_folder["f"], ZipArchiveMode.Create))
        {
            zip.CreateEntry("x/y");
        }

        Message(_folder["f"]).ShouldBe($"{_folder["f"]} is a zip file without data.pkl, which torch.save writes into its only folder. It is another format.");
        Message(TorchSave.ZipOf(_folder["g"], [], OneStorage, byteOrder: "big")).ShouldBe(
            $"{_folder["g"]} was saved on a big-endian machine; only little-endian files are read. Save it again on such a machine, or as safetensors.");
    }

    [Fact]
    public void Every_truncation_of_a_file_is_refused_with_a_sentence()
    {
        var zip = File.ReadAllBytes(TorchSave.Zip(_folder["zip"], Views, OneStorage));
        var stream = File.ReadAllBytes(TorchSave.Stream(_folder["stream"], Views, OneStorage.ToDictionary(item => item.Key, item => (item.Value, 4))));
        foreach (var whole in new[] { zip, stream })
        {
            for (var length = 0; length < whole.Length; length += 7)
            {
                File.WriteAllBytes(_folder["a"], whole[..length]);
                Message(_folder["a"]).ShouldStartWith(_folder["a"]);
            }
        }
    }

    [Fact]
    public void No_flipped_byte_does_worse_than_a_sentence()
    {
        using var scope = NewDisposeScope();
        var zip = File.ReadAllBytes(TorchSave.Zip(_folder["zip"], Views, OneStorage));
        var random = new Random(1);
        for (var i = 0; i < 500; i++)
        {
            var damaged = (byte[])zip.Clone();
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(_folder["a"], damaged);
            try
            {
                using var file = TorchFile.Open(_folder["a"]);
                foreach (var name in file.Names)
                {
                    file.Load(name).Dispose();
                }
            }
            catch (InputException)
            {
            }
        }
    }

    [Theory]
    [InlineData("families/opt/pytorch_model.bin")]
    [InlineData("families/bloom/pytorch_model.bin")]
    [InlineData("families/gpt-neo/pytorch_model.bin")]
    [InlineData("families/falcon-7b/pytorch_model-00001-of-00002.bin")]
    [InlineData("pruning/gradients/gradients_aggregrate_norm_l2_model_stories260k_2_0.pth")]
    public void Reads_files_of_torch(string name)
    {
        using var scope = NewDisposeScope();
        var path = ReferencePack.Path(name.Split('/'));
        using var file = TorchFile.Open(path);
        using var zip = ZipFile.OpenRead(path);
        var stored = zip.Entries.Where(entry => entry.FullName.Contains("/data/")).Select(Content).ToList();

        file.Tensors.Count.ShouldBeGreaterThanOrEqualTo(stored.Count);
        foreach (var tensor in file.Tensors)
        {
            var bytes = file.Load(tensor.Name).bytes.ToArray();
            bytes.LongLength.ShouldBe(tensor.Bytes);
            stored.ShouldContain(content => content.SequenceEqual(bytes), tensor.Name);
        }
    }

    private static byte[] Content(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    private static float[] Values(TorchFile file, string name) => file.Load(name).to(ScalarType.Float32).data<float>().ToArray();

    private static PickleAssembler Latin(string text) => new PickleAssembler().Raw(System.Text.Encoding.Latin1.GetBytes(text));

    private static string Message(string path) => Should.Throw<InputException>(() => TorchFile.Open(path)).Message;

    private string Refusal(PickleAssembler pickle) => Message(TorchSave.ZipOf(_folder["a"], pickle.ToArray(), OneStorage));
}

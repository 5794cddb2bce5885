using Harness.Models.Decoders;

namespace Harness.Models.Tests.Decoders;

public sealed class TokenLayoutTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Counts_positions_within_each_sequence()
    {
        using var scope = NewDisposeScope();
        var layout = new TokenLayout([new PackedDocument(2, 2, 1), new PackedDocument(0, 3), new PackedDocument(2)]);

        layout.Positions().data<long>().ToArray().ShouldBe([0, 1, 2, 3, 2, 0, 1, 2, 0, 1]);
        layout.Visible().data<long>().ToArray().Chunk(3).Select(row => string.Join(' ', row))
            .ShouldBe(["0 0 0", "0 0 0", "0 2 2", "0 2 2", "0 2 4", "5 5 5", "5 5 5", "5 5 5", "8 8 8", "8 8 8"]);
        (layout.Tokens, layout.Longest).ShouldBe((10, 4));
        (layout.Start(0), layout.Start(0, 1), layout.Start(1, 0), layout.Start(2)).ShouldBe((0, 4, 5, 8));
    }

    [Fact]
    public void Parts_hold_whole_documents()
    {
        var layout = new TokenLayout([new PackedDocument(2, 2), new PackedDocument(0, 3), new PackedDocument(9), new PackedDocument(1), new PackedDocument(0, 6)]);

        layout.Parts(7).Select(part => (part.First, part.Layout.Tokens)).ShouldBe([(0, 7), (7, 9), (16, 7)]);
    }

    [Fact]
    public void Refuses_documents_without_tokens()
    {
        Should.Throw<ArgumentException>(() => new TokenLayout([]));
        Should.Throw<ArgumentException>(() => new TokenLayout([new PackedDocument(3), new PackedDocument(0, 0)]));
    }

    [Fact]
    public void Packed_choices_have_the_hidden_states_of_each_alone() => Compare(new TinyLlama().Write(_folder["llama"]), ScalarType.Float32, 1e-5);

    [Fact]
    public void Plain_operators_agree() => Compare(new TinyLlama().Write(_folder["llama"]), ScalarType.Float64, 1e-12);

    public static TheoryData<string> Families => [.. ReferenceFamilies.All];

    [Theory]
    [MemberData(nameof(Families))]
    public void Every_family_can_be_packed(string family) => Compare(ReferencePack.Path("families", family), ScalarType.Float32, 1e-4);

    [Theory]
    [MemberData(nameof(Families))]
    public void Places_that_are_read_come_out_as_if_all_were(string family)
    {
        using var scope = NewDisposeScope();
        using var model = CausalLM.Open(ReferencePack.Path("families", family));
        var layout = new TokenLayout([new PackedDocument(6, 2, 3), new PackedDocument(0, 2), new PackedDocument(4)]);
        using var packed = HiddenStates.Embed(model, [.. Enumerable.Range(1, layout.Tokens)], layout);
        using var rows = HiddenStates.Embed(model, [.. Enumerable.Range(1, 12)], 4);
        using var block = model.Block(0);

        foreach (var (states, places) in ((HiddenStates, long[])[])[(packed, [5, 7, 10, 11]), (rows, [0, 3, 9])])
        {
            using var all = states.Through(block);
            var (expected, before) = (all.Rows(places), states.Values.clone().flatten(0, 1));
            states.Advance(block, places);
            Difference(states.Rows(places), expected).ShouldBeLessThan(1e-5);
            states.Values.flatten(0, 1).ne(before).sum(-1).count_nonzero().item<int>().ShouldBe(places.Length);
        }
    }

    [Fact]
    public void States_of_a_packed_row_come_back_from_disk()
    {
        using var scope = NewDisposeScope();
        using var model = CausalLM.Open(new TinyLlama().Write(_folder["llama"]));
        var layout = new TokenLayout([new PackedDocument(2, 2, 1)]);
        using var states = HiddenStates.Embed(model, [1, 2, 3, 4, 5], layout);
        states.Save(_folder["states"]);
        using var loaded = HiddenStates.Load(_folder["states"], model, layout);

        foreach (var block in model.Blocks())
        {
            using var expected = states.Through(block);
            using var actual = loaded.Through(block);
            equal(actual.Values, expected.Values).ShouldBeTrue();
        }
    }

    [Fact]
    public void Refuses_to_pack_beyond_positions_that_depend_on_the_length()
    {
        using var model = CausalLM.Open(ReferencePack.Path("families", "llama-dynamic-rope"));
        var long60 = new int[60];
        using var alone = Run(model, long60, new TokenLayout([new PackedDocument(0, 60)]));
        alone.Length.ShouldBe(60);

        Should.Throw<InputException>(() => Run(model, [.. long60, 1], new TokenLayout([new PackedDocument(0, 60), new PackedDocument(1)]))).Message.ShouldBe(
            "A sequence of 60 tokens lies in one row with others, but Dynamic rotary positions depend on the length of the sequence beyond 48. Give it a row of its own.");
    }

    /// <summary>Documents enough for several batches, some of them sharing a prefix: every (prefix + segment) as it comes out of a run of its own.</summary>
    private static void Compare(string folder, ScalarType type, double tolerance)
    {
        using var scope = NewDisposeScope();
        using var model = CausalLM.Open(folder, type);
        var random = new Random(7);
        int[] Ids(int count) => [.. Enumerable.Range(0, count).Select(_ => random.Next(model.Config.VocabSize))];
        var texts = Enumerable.Range(0, 40).Select(i => (Prefix: Ids(i % 4 == 0 ? 0 : 3 * (i % 7) + 1), Segments: Enumerable.Range(0, i % 4 + (i % 4 == 0 ? 1 : 0)).Select(_ => Ids(random.Next(1, 12))).ToArray())).ToArray();
        var layout = new TokenLayout([.. texts.Select(text => new PackedDocument(text.Prefix.Length, [.. text.Segments.Select(segment => segment.Length)]))]);
        using var packed = Run(model, [.. texts.SelectMany(text => text.Prefix.Concat(text.Segments.SelectMany(segment => segment)))], layout);

        for (var document = 0; document < texts.Length; document++)
        {
            var (prefix, segments) = texts[document];
            for (var segment = 0; segment < segments.Length; segment++)
            {
                using var inner = NewDisposeScope();
                int[] ids = [.. prefix, .. segments[segment]];
                using var alone = Run(model, ids, null);
                Difference(packed.Values.narrow(1, layout.Start(document), prefix.Length), alone.Values.narrow(1, 0, prefix.Length)).ShouldBeLessThan(tolerance);
                Difference(packed.Values.narrow(1, layout.Start(document, segment), segments[segment].Length), alone.Values.narrow(1, prefix.Length, segments[segment].Length))
                    .ShouldBeLessThan(tolerance, $"document {document}, segment {segment}");
            }
        }
    }

    private static HiddenStates Run(CausalLM model, int[] ids, TokenLayout? layout)
    {
        var states = layout is null ? HiddenStates.Embed(model, ids, ids.Length) : HiddenStates.Embed(model, ids, layout);
        foreach (var block in model.Blocks())
        {
            using var before = states;
            states = before.Through(block);
        }

        return states;
    }

    private static double Difference(Tensor actual, Tensor expected) => actual.numel() == 0 ? 0 : actual.sub(expected).abs().max().to(float64).item<double>();
}

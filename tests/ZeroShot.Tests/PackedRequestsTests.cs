using Harness.ZeroShot.Requests;

namespace Harness.ZeroShot.Tests;

/// <summary>How requests lie in one row of tokens.</summary>
public sealed class PackedRequestsTests
{
    [Fact]
    public void What_choices_share_is_there_once()
    {
        var packed = new PackedRequests([[Of([1, 2, 3, 4], 2), Of([1, 2, 3, 5, 6], 3)]]);

        packed.Ids.ToArray().ShouldBe([1, 2, 3, 4, 5, 6]);
        packed.Layout.Documents.Single().Prefix.ShouldBe(3);
        packed.Layout.Documents.Single().Segments.ShouldBe([1, 2]);
        packed.Reads(0, 0).ToArray().ShouldBe([2, 3]);
        packed.Reads(0, 1).ToArray().ShouldBe([2, 4, 5]);
    }

    [Fact]
    public void Requests_that_read_the_same_are_one()
    {
        var packed = new PackedRequests([[Of([1, 2, 3], 1), Of([1, 2, 3], 1), Of([1, 2, 3, 4], 2)]]);

        packed.Ids.ToArray().ShouldBe([1, 2, 3, 4]);
        packed.Reads(0, 0).ToArray().ShouldBe([2]);
        packed.Reads(0, 1).ToArray().ShouldBe([2]);
        packed.Reads(0, 2).ToArray().ShouldBe([2, 3]);
    }

    [Fact]
    public void Requests_that_share_no_token_stand_apart()
    {
        var packed = new PackedRequests([[Of([7, 8, 9], 2), Of([1, 2], 1), Of([7, 8], 1)]]);

        packed.Ids.ToArray().ShouldBe([1, 2, 7, 8, 9]);
        packed.Layout.Documents.Select(document => (document.Prefix, document.Segments.Sum())).ShouldBe([(2, 0), (2, 1)]);
        packed.Reads(0, 0).ToArray().ShouldBe([3, 4]);
        packed.Reads(0, 1).ToArray().ShouldBe([1]);
        packed.Reads(0, 2).ToArray().ShouldBe([3]);
    }

    [Fact]
    public void Documents_lie_from_the_longest_to_the_shortest()
    {
        var packed = new PackedRequests([[Of([1], 1)], [Of([2, 2, 2], 1)], [Of([3, 3], 1)]]);

        packed.Ids.ToArray().ShouldBe([2, 2, 2, 3, 3, 1]);
    }

    [Fact]
    public void A_continuation_without_tokens_is_not_read()
    {
        var packed = new PackedRequests([[Of([1, 2], 1), new Request([1, 2, 3], [], 4, false)]]);

        packed.Ids.ToArray().ShouldBe([1, 2]);
        packed.Reads(0, 1).Length.ShouldBe(0);
    }

    [Fact]
    public void Nothing_to_read_at_all_is_refused() => Should.Throw<InputException>(() => new PackedRequests([[new Request([1], [], 2, false)]]).Layout).Message.ShouldBe(
        "No choice has a token of its own: every one is spanned by the last token of its context. Score more documents.");

    private static Request Of(int[] input, int continuation) => new(input, new int[continuation], input.Length + 1 - continuation, false);
}

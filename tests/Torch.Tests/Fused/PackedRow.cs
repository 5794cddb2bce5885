using static TorchSharp.torch;

namespace Harness.Torch.Tests.FusedOperations;

internal static class PackedRow
{
    /// <summary>A document of a shared prefix of 70 tokens and segments of 5, 40 and 1; a plain one of 60; one of a prefix of 3 and segments of 20 and 21; tiny ones.</summary>
    internal static Tensor Visible()
    {
        var visible = new List<long>();
        foreach (var (prefix, segments) in ((long, long[])[])[(70, [5, 40, 1]), (0, [60]), (3, [20, 21]), (1, []), (0, [1])])
        {
            var start = visible.Count / 3;
            Append(prefix, start, start);
            foreach (var segment in segments)
            {
                Append(segment, start, start + prefix);
            }
        }

        return tensor(visible.ToArray()).view(-1, 3);

        void Append(long count, long document, long prefixEnd)
        {
            var segment = visible.Count / 3;
            for (var i = 0; i < count; i++)
            {
                visible.AddRange([document, prefixEnd, segment]);
            }
        }
    }
}

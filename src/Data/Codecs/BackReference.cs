namespace Harness.Data.Codecs;

/// <summary>The copy at the heart of Snappy and LZ4: repeat what was written some bytes ago.</summary>
internal static class BackReference
{
    /// <summary>Writes <paramref name="length"/> bytes at <paramref name="position"/>, taken from <paramref name="distance"/> bytes before; false when they do not lie within the output.</summary>
    public static bool Copy(Span<byte> output, int position, int distance, int length)
    {
        if (distance <= 0 || distance > position || length > output.Length - position)
        {
            return false;
        }

        // Source and target overlap when the distance is shorter than the length: the bytes repeat with that period, which each round doubles.
        while (length > 0)
        {
            var run = Math.Min(distance, length);
            output.Slice(position - distance, run).CopyTo(output[position..]);
            position += run;
            length -= run;
            distance += run;
        }

        return true;
    }
}

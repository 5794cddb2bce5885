namespace Harness.Data;

/// <summary>Cuts a file into lines without decoding them. A line's memory is overwritten by the next.</summary>
internal sealed class LineReader(string path) : IDisposable
{
    private readonly Stream stream = InputStream.Open(path);
    private byte[] buffer = new byte[1 << 17];
    private int start;
    private int end;
    private bool ended;

    /// <summary>Lines read so far: the number of the current one, from 1.</summary>
    public int Number { get; private set; }

    /// <summary>The next line without its line feed; false behind the last.</summary>
    public bool Next(out ReadOnlyMemory<byte> line)
    {
        var searched = 0;
        while (true)
        {
            var length = buffer.AsSpan(start + searched, end - start - searched).IndexOf((byte)'\n');
            if (length >= 0 || (ended && end > start))
            {
                length = length >= 0 ? searched + length : end - start;
                line = buffer.AsMemory(start, length);
                start = Math.Min(end, start + length + 1);
                Number++;
                return true;
            }

            if (ended)
            {
                line = default;
                return false;
            }

            searched = end - start;
            Fill();
        }
    }

    public void Dispose() => stream.Dispose();

    private void Fill()
    {
        if (end - start > buffer.Length / 2)
        {
            Array.Resize(ref buffer, checked(buffer.Length * 2));
        }

        Buffer.BlockCopy(buffer, start, buffer, 0, end - start);
        (start, end) = (0, end - start);
        try
        {
            var read = stream.Read(buffer, end, buffer.Length - end);
            end += read;
            ended = read == 0;
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new InputException($"{path} is corrupt: its gzip data are damaged or cut off after line {Number}. Fetch the file again.", e);
        }
    }
}

namespace Harness.Data;

/// <summary>Cuts a file into lines without decoding them. A line's memory is overwritten by the next.</summary>
internal sealed class LineReader(string path) : IDisposable
{
    private readonly Stream _stream = InputStream.Open(path);
    private byte[] _buffer = new byte[1 << 17];
    private int _start;
    private int _end;
    private bool _ended;

    /// <summary>Lines read so far: the number of the current one, from 1.</summary>
    public int Number { get; private set; }

    /// <summary>The next line without its line feed; false behind the last.</summary>
    public bool Next(out ReadOnlyMemory<byte> line)
    {
        var searched = 0;
        while (true)
        {
            var length = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (length >= 0 || (_ended && _end > _start))
            {
                length = length >= 0 ? searched + length : _end - _start;
                line = _buffer.AsMemory(_start, length);
                _start = Math.Min(_end, _start + length + 1);
                Number++;
                return true;
            }

            if (_ended)
            {
                line = default;
                return false;
            }

            searched = _end - _start;
            Fill();
        }
    }

    public void Dispose() => _stream.Dispose();

    private void Fill()
    {
        if (_end - _start > _buffer.Length / 2)
        {
            Array.Resize(ref _buffer, checked(_buffer.Length * 2));
        }

        Buffer.BlockCopy(_buffer, _start, _buffer, 0, _end - _start);
        (_start, _end) = (0, _end - _start);
        try
        {
            var read = _stream.Read(_buffer, _end, _buffer.Length - _end);
            _end += read;
            _ended = read == 0;
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new InputException($"{path} is corrupt: its gzip data are damaged or cut off after line {Number}. Fetch the file again.", e);
        }
    }
}

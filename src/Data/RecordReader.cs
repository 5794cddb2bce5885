using System.Buffers;

namespace Harness.Data;

/// <summary>Cuts a file into records of fields by RFC 4180, without decoding them.</summary>
internal sealed class RecordReader(string path, byte separator) : IDisposable
{
    private readonly Stream _stream = InputStream.Open(path);
    private readonly byte[] _buffer = new byte[1 << 16];
    private readonly ArrayBufferWriter<byte> _record = new();
    private readonly List<int> _ends = [];
    private int _at;
    private int _filled;
    private int _line = 1;
    private bool _begun;

    /// <summary>Where the current record begins, counted from 1.</summary>
    public int Line { get; private set; }

    /// <summary>Fields of the current record.</summary>
    public int Count => _ends.Count;

    /// <summary>A field of the current record, its quotes undone.</summary>
    public ReadOnlyMemory<byte> Field(int index) => _record.WrittenMemory[(index == 0 ? 0 : _ends[index - 1]).._ends[index]];

    /// <summary>Reads the next record that is no empty line; false behind the last.</summary>
    public bool Next()
    {
        if (!_begun)
        {
            _begun = true;
            SkipByteOrderMark();
        }

        while (Peek() is '\n' or '\r')
        {
            Take();
        }

        if (Peek() < 0)
        {
            return false;
        }

        _record.ResetWrittenCount();
        _ends.Clear();
        Line = _line;
        while (true)
        {
            if (Peek() == '"')
            {
                Take();
                Quoted();
            }
            else
            {
                Plain();
            }

            _ends.Add(_record.WrittenCount);
            var end = Take();
            if (end == separator)
            {
                continue;
            }

            if (end == '\r' && Peek() == '\n')
            {
                Take();
            }

            return end is '\n' or '\r' or < 0 ? true : throw new InputException(
                $"{path} line {_line}: something stands between a closing quote and the next separator. Double the quotes within a quoted field.");
        }
    }

    public void Dispose() => _stream.Dispose();

    private void Plain()
    {
        while (Peek() is >= 0 and not ('\n' or '\r') and var next && next != separator)
        {
            Put(Take());
        }
    }

    private void Quoted()
    {
        while (true)
        {
            var next = Take();
            if (next < 0)
            {
                throw new InputException($"{path}: the record at line {Line} ends within a quoted field. Close its quotes or fetch the file again.");
            }

            if (next == '"')
            {
                if (Peek() != '"')
                {
                    return;
                }

                Take();
            }

            Put(next);
        }
    }

    private void Put(int value)
    {
        _record.GetSpan(1)[0] = (byte)value;
        _record.Advance(1);
    }

    private int Take()
    {
        var next = Peek();
        _at += next < 0 ? 0 : 1;
        _line += next == '\n' ? 1 : 0;
        return next;
    }

    private int Peek()
    {
        if (_at == _filled)
        {
            Fill(0);
        }

        return _at < _filled ? _buffer[_at] : -1;
    }

    private void SkipByteOrderMark()
    {
        while (_filled < 3 && Fill(_filled))
        {
        }

        _at = _buffer.AsSpan(0, _filled).StartsWith("\uFEFF"u8) ? 3 : 0;
    }

    private bool Fill(int from)
    {
        try
        {
            var read = _stream.Read(_buffer, from, _buffer.Length - from);
            (_at, _filled) = (0, from + read);
            return read > 0;
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new InputException($"{path} is corrupt: its gzip data are damaged or cut off after line {_line}. Fetch the file again.", e);
        }
    }
}

using System.Buffers;

namespace Harness.Data;

/// <summary>Cuts a JSON list into its elements without decoding them. An element's memory is overwritten by the next.</summary>
internal sealed class ElementReader : IDisposable
{
    private readonly string _path;
    private readonly Stream _stream;
    private readonly byte[] _buffer = new byte[1 << 16];
    private readonly ArrayBufferWriter<byte> _element = new();
    private int _at;
    private int _filled;

    public ElementReader(string path)
    {
        (_path, _stream) = (path, InputStream.Open(path));
        _at = Peek() == 0xEF ? 3 : 0; // a byte order mark
        IsList = PastBlanks() == '[';
        _at += IsList ? 1 : 0;
    }

    /// <summary>Whether the first thing in the file is a list; there is nothing to read otherwise.</summary>
    public bool IsList { get; }

    /// <summary>Elements read so far: the number of the current one, from 1.</summary>
    public int Number { get; private set; }

    /// <summary>The next element; false behind the last.</summary>
    public bool Next(out ReadOnlyMemory<byte> element)
    {
        element = default;
        if (PastBlanks() == ']' && Number == 0)
        {
            return End();
        }

        if (Number > 0)
        {
            switch (PastBlanks())
            {
                case ']':
                    return End();
                case ',':
                    Take();
                    PastBlanks();
                    break;
                case < 0:
                    throw CutOff();
                default:
                    throw new InputException($"{_path}: element {Number} is followed by neither a comma nor the end of the list. One list of objects is expected.");
            }
        }

        Number++;
        _element.ResetWrittenCount();
        Read();
        element = _element.WrittenMemory;
        return true;
    }

    public void Dispose() => _stream.Dispose();

    /// <summary>Takes what lies before the comma or bracket that ends it; whether that is JSON is for the reader of the element to say.</summary>
    private void Read()
    {
        var depth = 0;
        while (depth > 0 || Peek() is not (',' or ']'))
        {
            var next = Put();
            depth += next is '{' or '[' ? 1 : next is '}' or ']' ? -1 : 0;
            if (next == '"')
            {
                ReadText();
            }

            if (depth == 0 && next == '}')
            {
                return;
            }
        }
    }

    private void ReadText()
    {
        for (var next = Put(); next != '"'; next = Put())
        {
            if (next == '\\')
            {
                Put();
            }
        }
    }

    private int Put()
    {
        var next = Take();
        _element.GetSpan(1)[0] = next < 0 ? throw CutOff() : (byte)next;
        _element.Advance(1);
        return next;
    }

    private bool End()
    {
        Take();
        return PastBlanks() < 0 ? false : throw new InputException($"{_path}: something follows the list of {Number} elements. One list of objects is expected.");
    }

    private int PastBlanks()
    {
        while (Peek() is ' ' or '\t' or '\r' or '\n')
        {
            Take();
        }

        return Peek();
    }

    private int Take()
    {
        var next = Peek();
        _at += next < 0 ? 0 : 1;
        return next;
    }

    private int Peek() => _at < _filled || Fill() ? _buffer[_at] : -1;

    private bool Fill()
    {
        try
        {
            (_at, _filled) = (0, _stream.ReadAtLeast(_buffer, _buffer.Length, throwOnEndOfStream: false));
            return _filled > 0;
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new InputException($"{_path} is corrupt: its gzip data are damaged or cut off after element {Number}. Fetch the file again.", e);
        }
    }

    private InputException CutOff() => new($"{_path} ends within its list, at element {Number}. Fetch the file again.");
}

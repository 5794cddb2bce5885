using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Harness.Data.Sampling;

/// <summary>
/// Random access to the documents of a corpus that can only be read from front to end: their text lies in a file without a name,
/// in memory are only their places. A shard of C4 has 356,317 documents and some 800 MB of text.
/// </summary>
internal sealed class DocumentStore : IDisposable
{
    private SafeFileHandle _spool = new();
    private readonly List<(long Offset, int Bytes)> _places = [];
    private readonly Predicate<int> _keep;

    /// <param name="folder">Where the file is made.</param>
    /// <param name="documents">The corpus, read once.</param>
    /// <param name="keep">By its bytes, whether a document's text will be asked for.</param>
    public DocumentStore(string folder, IEnumerable<ReadOnlyMemory<byte>> documents, Predicate<int> keep)
    {
        _keep = keep;
        var path = Path.Combine(folder, $"documents.{Guid.NewGuid():n}.partial");
        Durable.Guard(path, () =>
        {
            Directory.CreateDirectory(folder);
            _spool = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete);
            // the open handle keeps the nameless file alive: nothing stays behind however the process ends
            File.Delete(path);
            Fill(documents);
        });
    }

    /// <summary>Documents in the corpus.</summary>
    public int Count => _places.Count;

    /// <summary>UTF-8 bytes of the longest document.</summary>
    public int LongestBytes { get; private set; }

    /// <summary>Documents whose text is kept.</summary>
    public int Kept { get; private set; }

    /// <summary>The document's text is kept.</summary>
    public bool Has(int index) => _keep(_places[index].Bytes);

    /// <summary>The text of a document that is kept.</summary>
    public string Read(int index)
    {
        var (offset, length) = _places[index];
        var bytes = new byte[length];
        for (var read = 0; read < length;)
        {
            read += RandomAccess.Read(_spool, bytes.AsSpan(read), offset + read);
        }

        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>Gives the file's space back.</summary>
    public void Dispose() => _spool.Dispose();

    private void Fill(IEnumerable<ReadOnlyMemory<byte>> documents)
    {
        var pending = new MemoryStream(1 << 20);
        var written = 0L;
        foreach (var document in documents)
        {
            var bytes = document.Length;
            _places.Add((written + pending.Length, bytes));
            LongestBytes = Math.Max(LongestBytes, bytes);
            if (_keep(bytes))
            {
                Kept++;
                pending.Write(document.Span);
            }

            if (pending.Length > 1 << 20)
            {
                written = Flush(pending, written);
            }
        }

        Flush(pending, written);
    }

    private long Flush(MemoryStream pending, long offset)
    {
        RandomAccess.Write(_spool, pending.GetBuffer().AsSpan(0, (int)pending.Length), offset);
        var end = offset + pending.Length;
        pending.SetLength(0);
        return end;
    }
}

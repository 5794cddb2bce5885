using System.Text;

namespace Harness.Data.Corpora;

/// <summary>
/// A user's own file. Rows (see <see cref="DataFile"/>) are documents, their text in the column <c>text</c>; any other file is one text in UTF-8,
/// gzipped or not.
/// </summary>
public static class FileCorpus
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>To calibrate on: documents, or a text.</summary>
    public static Corpus ForCalibration(string path) => DataFile.HoldsRows(path)
        ? new DocumentCorpus { Name = Path.GetFileName(path), Files = DataFile.Files(path), Reading = "documents" }
        : Plain(path);

    /// <summary>To score: a text, or documents joined by two line feeds.</summary>
    public static TextCorpus ForEvaluation(string path) => DataFile.HoldsRows(path)
        ? new TextCorpus
        {
            Name = Path.GetFileName(path),
            Files = DataFile.Files(path),
            Reading = "documents joined by two line feeds",
            Text = () => Rows.Join(DataFile.Texts(path), "\n\n"),
        }
        : Plain(path);

    private static TextCorpus Plain(string path) => new()
    {
        Name = Path.GetFileName(path),
        Files = [path],
        Reading = "text",
        Text = () => ReadText(path),
    };

    private static string ReadText(string path)
    {
        using var stream = InputStream.Open(path);
        using var bytes = new MemoryStream();
        try
        {
            stream.CopyTo(bytes);
            return Strict.GetString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
        }
        catch (DecoderFallbackException e)
        {
            throw new InputException($"{path} is not text in UTF-8: byte {e.Index + 1} belongs to no character. Convert it or choose another file.", e);
        }
        catch (InvalidDataException e)
        {
            throw new InputException($"{path} is corrupt: its gzip data are damaged or cut off. Fetch the file again.", e);
        }
    }
}

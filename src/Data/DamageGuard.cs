namespace Harness.Data;

/// <summary>Turns what is wrong within the bytes of a binary file into a sentence that names file, column and reason.</summary>
internal sealed class DamageGuard(string path)
{
    /// <summary>Runs <paramref name="read"/>. Reads beyond a buffer mean that something ended early.</summary>
    public T Run<T>(Func<string?> column, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (CorruptDataException e)
        {
            throw Corrupt(column(), e.Message, e);
        }
        catch (NotSupportedException e)
        {
            throw new InputException($"{Where(column())} uses {e.Message}, which this reader does not support. Convert the file.", e);
        }
        catch (Exception e) when (e is EndOfStreamException or ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            throw Corrupt(column(), "its data end too early or point outside of it", e);
        }
    }

    private InputException Corrupt(string? column, string what, Exception e) => new($"{Where(column)} is corrupt: {what}. Fetch the file again.", e);

    private string Where(string? column) => column is null ? path : $"{path}: column '{column}'";
}

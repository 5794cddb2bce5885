namespace Harness.Data;

/// <summary>Bytes that contradict their format; the reader of the file adds file and column and hands an <see cref="InputException"/> on.</summary>
internal sealed class CorruptDataException(string message) : Exception(message);

namespace Harness.Data.Parquet;

/// <summary>Bytes that contradict their format; <see cref="ParquetFile"/> adds file and column and hands an <see cref="InputException"/> on.</summary>
internal sealed class CorruptDataException(string message) : Exception(message);

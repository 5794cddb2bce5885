namespace Harness.Data.Codecs;

/// <summary>Codecs by their numbers in Parquet.</summary>
internal enum Compression { Uncompressed, Snappy, Gzip, Lzo, Brotli, Lz4, Zstd, Lz4Raw }

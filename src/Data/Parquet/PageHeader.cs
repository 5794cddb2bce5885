using Harness.Data.Parquet.Thrift;

namespace Harness.Data.Parquet;

internal enum PageType { Data, Index, Dictionary, DataV2 }

/// <summary>What stands before a page's bytes. Level lengths are of v2 pages, whose levels are never compressed.</summary>
internal record struct PageHeader(
    PageType Type, int UncompressedBytes, int CompressedBytes, uint? Crc, int Values, PageEncoding Encoding, PageEncoding DefinitionEncoding,
    PageEncoding RepetitionEncoding, int DefinitionBytes, int RepetitionBytes, bool Compressed)
{
    public static PageHeader Read(ref CompactReader reader)
    {
        var header = new PageHeader { Compressed = true, DefinitionEncoding = PageEncoding.Rle, RepetitionEncoding = PageEncoding.Rle };
        short field = 0;
        while (reader.NextField(ref field, out var type))
        {
            switch (field)
            {
                case 1: header.Type = (PageType)reader.I32(type); break;
                case 2: header.UncompressedBytes = reader.I32(type); break;
                case 3: header.CompressedBytes = reader.I32(type); break;
                case 4: header.Crc = (uint)reader.I32(type); break;
                case 5 or 7: header.ReadData(ref reader); break;
                case 8: header.ReadDataV2(ref reader); break;
                default: reader.Skip(type); break;
            }
        }

        if (header.UncompressedBytes < 0 || header.CompressedBytes < 0 || header.Values < 0)
        {
            throw new CorruptDataException("a page header has a negative size");
        }

        return header;
    }

    private void ReadData(ref CompactReader reader)
    {
        short field = 0;
        while (reader.NextField(ref field, out var type))
        {
            switch (field)
            {
                case 1: Values = reader.I32(type); break;
                case 2: Encoding = (PageEncoding)reader.I32(type); break;
                case 3 when type == CompactType.I32: DefinitionEncoding = (PageEncoding)reader.I32(type); break;
                case 4: RepetitionEncoding = (PageEncoding)reader.I32(type); break;
                default: reader.Skip(type); break;
            }
        }
    }

    private void ReadDataV2(ref CompactReader reader)
    {
        short field = 0;
        while (reader.NextField(ref field, out var type))
        {
            switch (field)
            {
                case 1: Values = reader.I32(type); break;
                case 4: Encoding = (PageEncoding)reader.I32(type); break;
                case 5: DefinitionBytes = reader.I32(type); break;
                case 6: RepetitionBytes = reader.I32(type); break;
                case 7: Compressed = CompactReader.Bool(type); break;
                default: reader.Skip(type); break;
            }
        }
    }
}

using System.Globalization;

namespace Harness.Models.Tokenizers.Text;

/// <summary>Unicode's combining classes, decompositions and compositions. Built in, because .NET has none without the ICU library.</summary>
internal sealed class NormalizationTable
{
    private const int HangulBase = 0xAC00;
    private const int HangulCount = 11172;
    private const int LeadBase = 0x1100;
    private const int LeadCount = 19;
    private const int VowelBase = 0x1161;
    private const int VowelCount = 21;
    private const int TailBase = 0x11A7;
    private const int TailCount = 28;

    private static readonly Lazy<NormalizationTable> Built = new(() => new NormalizationTable());

    private readonly Dictionary<int, byte> _classes = [];
    private readonly Dictionary<int, (bool IsCanonical, int[] To)> _decompositions = [];
    private readonly Dictionary<(int First, int Second), int> _compositions = [];

    private NormalizationTable()
    {
        using var stream = typeof(NormalizationTable).Assembly.GetManifestResourceStream(typeof(NormalizationTable), "Normalization.txt")!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
            {
                Add(line.Split(' '));
            }
        }
    }

    /// <summary>The table; read at its first use.</summary>
    public static NormalizationTable Shared => Built.Value;

    /// <summary>The canonical combining class; 0 for a starter.</summary>
    public byte Class(int codePoint) => _classes.GetValueOrDefault(codePoint);

    /// <summary>Appends the full decomposition of a code point.</summary>
    public void Decompose(int codePoint, bool compatibility, List<int> output)
    {
        if (codePoint is >= HangulBase and < HangulBase + HangulCount)
        {
            var syllable = codePoint - HangulBase;
            output.Add(LeadBase + syllable / (VowelCount * TailCount));
            output.Add(VowelBase + syllable % (VowelCount * TailCount) / TailCount);
            if (syllable % TailCount > 0)
            {
                output.Add(TailBase + syllable % TailCount);
            }
        }
        else if (_decompositions.TryGetValue(codePoint, out var found) && (found.IsCanonical || compatibility))
        {
            foreach (var part in found.To)
            {
                Decompose(part, compatibility, output);
            }
        }
        else
        {
            output.Add(codePoint);
        }
    }

    /// <summary>The character two others compose to, or null.</summary>
    public int? Compose(int first, int second)
    {
        if (first is >= LeadBase and < LeadBase + LeadCount && second is >= VowelBase and < VowelBase + VowelCount)
        {
            return HangulBase + ((first - LeadBase) * VowelCount + second - VowelBase) * TailCount;
        }

        if (first is >= HangulBase and < HangulBase + HangulCount && (first - HangulBase) % TailCount == 0
            && second is > TailBase and < TailBase + TailCount)
        {
            return first + second - TailBase;
        }

        return _compositions.TryGetValue((first, second), out var composed) ? composed : null;
    }

    // code point, combining class, [kind, decomposition ...]
    private void Add(string[] fields)
    {
        var codePoint = Hex(fields[0]);
        if (fields[1] != "0")
        {
            _classes[codePoint] = byte.Parse(fields[1], CultureInfo.InvariantCulture);
        }

        if (fields.Length > 2)
        {
            int[] to = [.. fields.Skip(3).Select(Hex)];
            _decompositions[codePoint] = (fields[2] != "~", to);
            if (fields[2] == "=")
            {
                _compositions[(to[0], to[1])] = codePoint;
            }
        }
    }

    private static int Hex(string field) => int.Parse(field, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}

using System.Text;

namespace Harness.Models.Tokenizers.PreTokenizers;

/// <summary>
/// GPT-2's one visible character for each byte (Radford et al. 2019): printable Latin-1 stands for itself, the other bytes for U+0100 on.
/// </summary>
internal static class ByteAlphabet
{
    private static readonly char[] Characters = Make();

    private static readonly Dictionary<char, byte> Bytes = Enumerable.Range(0, 256).ToDictionary(value => Characters[value], value => (byte)value);

    /// <summary>Appends the characters of the UTF-8 bytes of <paramref name="text"/>.</summary>
    public static void Append(ReadOnlySpan<char> text, StringBuilder output)
    {
        Span<byte> bytes = stackalloc byte[4];
        while (!text.IsEmpty)
        {
            if (char.IsAscii(text[0]))
            {
                output.Append(Characters[text[0]]);
                text = text[1..];
                continue;
            }

            Rune.DecodeFromUtf16(text, out var rune, out var read);
            foreach (var value in bytes[..rune.EncodeToUtf8(bytes)])
            {
                output.Append(Characters[value]);
            }

            text = text[read..];
        }
    }

    /// <summary>The characters of bytes.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var characters = new char[bytes.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            characters[i] = Characters[bytes[i]];
        }

        return new string(characters);
    }

    /// <summary>The bytes a token's characters stand for, or its own UTF-8 bytes where one of them stands for none.</summary>
    public static byte[] Decode(string token)
    {
        var bytes = new byte[token.Length];
        for (var i = 0; i < token.Length; i++)
        {
            if (!Bytes.TryGetValue(token[i], out bytes[i]))
            {
                return Encoding.UTF8.GetBytes(token);
            }
        }

        return bytes;
    }

    private static char[] Make()
    {
        var next = 256;
        return [.. Enumerable.Range(0, 256).Select(value => IsVisible(value) ? (char)value : (char)next++)];
    }

    private static bool IsVisible(int value) => value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
}

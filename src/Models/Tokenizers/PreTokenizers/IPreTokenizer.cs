namespace Harness.Models.Tokenizers.PreTokenizers;

/// <summary>Splits the parts of a text further, and may rewrite them.</summary>
internal interface IPreTokenizer
{
    /// <summary>The finer parts.</summary>
    Words Split(Words words);

    /// <summary>Whether it leaves one character for each byte, so that tokens cover bytes and not characters.</summary>
    bool WritesBytes => false;

    /// <summary>How much it can lengthen a text; an addition to each part counts once for a text that is not <paramref name="split"/> yet.</summary>
    Growth Growth(Weight weight, bool split);
}

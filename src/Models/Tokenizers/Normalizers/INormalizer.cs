namespace Harness.Models.Tokenizers.Normalizers;

/// <summary>Changes a text before it is split into words.</summary>
internal interface INormalizer
{
    /// <summary>The changed text.</summary>
    string Normalize(string text);

    /// <summary>How much it can lengthen a text.</summary>
    Growth Growth(Weight weight);
}

namespace Harness.Models.Tokenizers;

/// <summary>A token that is looked for in the text before anything splits it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Content">How it is written.</param>
/// <param name="Special">Whether decoding leaves it out.</param>
/// <param name="Normalized">Whether it is looked for in the normalized text, in its normalized form.</param>
/// <param name="SingleWord">Whether it counts only where no word character touches it.</param>
/// <param name="LeftStrip">Whether it takes the white space before it.</param>
/// <param name="RightStrip">Whether it takes the white space after it.</param>
internal sealed record AddedToken(
    int Id, string Content, bool Special = true, bool Normalized = false, bool SingleWord = false, bool LeftStrip = false, bool RightStrip = false);

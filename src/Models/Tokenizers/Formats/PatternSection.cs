using Harness.Models.Tokenizers.Patterns;

namespace Harness.Models.Tokenizers.Formats;

/// <summary>A <c>pattern</c> of a tokenizer.json: a string or a regular expression.</summary>
internal static class PatternSection
{
    /// <summary>Reads a pattern; the well-known expressions get their implementation by hand.</summary>
    public static ITextPattern Read(Setting setting)
    {
        if (setting["String"] is { IsNull: false } literal)
        {
            return literal.Text.Length > 0 ? new LiteralPattern(literal.Text) : throw literal.Unexpected("a string that is not empty");
        }

        var expression = setting["Regex"];
        try
        {
            return expression.Text switch
            {
                Gpt2Pattern.Expression => new Gpt2Pattern(),
                Gpt4Pattern.Threes => new Gpt4Pattern(longestNumber: 3),
                Gpt4Pattern.Singles => new Gpt4Pattern(longestNumber: 1),
                TrailingSpacesPattern.Expression => new TrailingSpacesPattern(),
                var other => new RegexPattern(other),
            };
        }
        catch (ArgumentException e)
        {
            throw new InputException($"{expression.Where} cannot be used: the regular expression '{expression.Text}' is not understood ({e.Message.TrimEnd('.')}).", e);
        }
    }
}

using System.Text;

namespace Harness.Models.Tokenizers.Patterns;

/// <summary>Rewrites a regular expression of the Oniguruma kind so that .NET's engine means the same by it.</summary>
internal static class OnigurumaSyntax
{
    private const string WordClass = @"\p{L}\p{M}\p{Nd}\p{Pc}";

    /// <summary>
    /// Possessive quantifiers become atomic groups, <c>\w</c> and <c>\h</c> get Oniguruma's members. <c>\s</c> and <c>\p{L}</c> mean the
    /// same in both.
    /// </summary>
    public static string Translate(string expression)
    {
        var output = new StringBuilder();
        var groups = new Stack<int>();
        var atom = 0;
        for (var at = 0; at < expression.Length;)
        {
            var quantifier = QuantifierLength(expression, at);
            if (quantifier > 0)
            {
                at = AppendQuantifier(expression, at, quantifier, output, atom);
                continue;
            }

            switch (expression[at])
            {
                case '(':
                    groups.Push(output.Length);
                    var head = GroupHeadLength(expression, at);
                    output.Append(expression, at, head);
                    at += head;
                    break;
                case ')':
                    atom = groups.TryPop(out var open) ? open : output.Length;
                    output.Append(expression[at++]);
                    break;
                case '[':
                    atom = output.Length;
                    at = AppendClass(expression, at, output);
                    break;
                case '\\':
                    atom = output.Length;
                    at = AppendEscape(expression, at, output, insideClass: false);
                    break;
                default:
                    atom = output.Length;
                    output.Append(expression[at++]);
                    break;
            }
        }

        return output.ToString();
    }

    private static int QuantifierLength(string expression, int at)
    {
        if (expression[at] is '*' or '+' or '?')
        {
            return 1;
        }

        var close = expression[at] == '{' ? expression.IndexOf('}', at) : -1;
        return close > at + 1 && expression[(at + 1)..close].All(unit => char.IsAsciiDigit(unit) || unit == ',') ? close + 1 - at : 0;
    }

    // After ?, * and + another + is possessive; after {n,m} Oniguruma's Ruby syntax reads it as one more quantifier, as .NET refuses to.
    private static int AppendQuantifier(string expression, int at, int length, StringBuilder output, int atom)
    {
        output.Append(expression, at, length);
        at += length;
        if (at < expression.Length && expression[at] == '+' && length == 1)
        {
            output.Insert(atom, "(?>").Append(')');
            return at + 1;
        }

        if (at < expression.Length && expression[at] == '?')
        {
            output.Append('?');
            at++;
        }

        return at;
    }

    private static int GroupHeadLength(string expression, int at)
    {
        if (at + 1 >= expression.Length || expression[at + 1] != '?')
        {
            return 1;
        }

        var end = at + 2;
        while (end < expression.Length && (char.IsAsciiLetter(expression[end]) || expression[end] is '-' or '<'))
        {
            end++;
        }

        return end < expression.Length && expression[end] is ':' or '=' or '!' or '>' or ')' ? end + (expression[end] == ')' ? 0 : 1) - at : 2;
    }

    private static int AppendClass(string expression, int at, StringBuilder output)
    {
        output.Append(expression[at++]);
        for (var first = true; at < expression.Length; first = false)
        {
            if (expression[at] == '\\')
            {
                at = AppendEscape(expression, at, output, insideClass: true);
            }
            else if (expression[at] == ']' && !first)
            {
                output.Append(expression[at]);
                return at + 1;
            }
            else if (expression[at] == '[' || expression.AsSpan(at).StartsWith("&&"))
            {
                throw new ArgumentException("sets inside sets are not supported");
            }
            else
            {
                output.Append(expression[at++]);
            }
        }

        return at;
    }

    private static int AppendEscape(string expression, int at, StringBuilder output, bool insideClass)
    {
        var end = at + 2;
        if (end <= expression.Length && expression[at + 1] is 'p' or 'P' && expression.IndexOf('}', at) is > 0 and var close)
        {
            end = close + 1;
        }

        var escape = expression[at..Math.Min(end, expression.Length)];
        output.Append(escape switch
        {
            @"\w" => insideClass ? WordClass : $"[{WordClass}]",
            @"\W" when !insideClass => $"[^{WordClass}]",
            @"\h" => insideClass ? "0-9a-fA-F" : "[0-9a-fA-F]",
            _ => escape,
        });
        return end;
    }
}

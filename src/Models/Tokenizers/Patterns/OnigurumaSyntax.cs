using System.Globalization;
using System.Text;

namespace Harness.Models.Tokenizers.Patterns;

/// <summary>Rewrites a regular expression of the Oniguruma kind (Ruby syntax, as Hugging Face tokenizers use it) so that .NET's engine means the same by it.</summary>
internal sealed class OnigurumaSyntax
{
    private const string WordClass = @"\p{L}\p{M}\p{Nd}\p{Pc}";

    private readonly string _expression;
    private readonly NamedCharacters _named;
    private readonly BasicPlaneMap? _map;
    private readonly StringBuilder _output = new();
    private int _at;
    private bool _ignoresCase;

    private OnigurumaSyntax(string expression, NamedCharacters named, BasicPlaneMap? map) => (_expression, _named, _map) = (expression, named, map);

    /// <summary>
    /// Possessive quantifiers become atomic groups, <c>^</c> and <c>$</c> stand at every line, <c>\w</c> and <c>\h</c> get Oniguruma's members, sets inside sets become part of
    /// them. <c>\s</c> and <c>\p{L}</c> mean the same in both. Characters beyond the basic plane are replaced as the map says, in which the text has to be seen.
    /// </summary>
    /// <exception cref="ArgumentException">The expression uses what .NET has no words for.</exception>
    public static (string Expression, BasicPlaneMap Map) Translate(string expression)
    {
        var named = new NamedCharacters();
        new OnigurumaSyntax(expression, named, map: null).Run();
        var map = new BasicPlaneMap(named);
        return (new OnigurumaSyntax(expression, named, map).Run(), map);
    }

    private string Run()
    {
        var groups = new Stack<(int Start, bool IgnoresCase)>();
        var atom = 0;
        while (_at < _expression.Length)
        {
            if (QuantifierLength() is > 0 and var quantifier)
            {
                AppendQuantifier(quantifier, atom);
                continue;
            }

            var start = _output.Length;
            switch (_expression[_at])
            {
                case '(':
                    groups.Push((start, _ignoresCase));
                    var head = GroupHeadLength();
                    _ignoresCase |= _expression.AsSpan(_at, head).StartsWith("(?i");
                    Copy(head);
                    continue;
                case ')':
                    (start, _ignoresCase) = groups.TryPop(out var open) ? open : (start, false);
                    Copy(1);
                    break;
                case '[':
                    AppendSet();
                    break;
                case '^':
                    _at++;
                    _output.Append(@"(?:(?<=\n)(?!\z)|\A)");
                    break;
                case '$':
                    _at++;
                    _output.Append(@"(?=\n|\z)");
                    break;
                case '.' or '|':
                    Copy(1);
                    break;
                default:
                    AppendItem(insideSet: false);
                    break;
            }

            atom = start;
        }

        return _output.ToString();
    }

    private void Copy(int length)
    {
        _output.Append(_expression, _at, length);
        _at += length;
    }

    private int QuantifierLength()
    {
        if (_expression[_at] is '*' or '+' or '?')
        {
            return 1;
        }

        var close = _expression[_at] == '{' ? _expression.IndexOf('}', _at) : -1;
        return close > _at + 1 && _expression[(_at + 1)..close].All(unit => char.IsAsciiDigit(unit) || unit == ',') ? close + 1 - _at : 0;
    }

    // After ?, * and + another + is possessive; after {n,m} Oniguruma's Ruby syntax reads it as one more quantifier, as .NET refuses to.
    private void AppendQuantifier(int length, int atom)
    {
        Copy(length);
        if (_at < _expression.Length && _expression[_at] == '+' && length == 1)
        {
            _output.Insert(atom, "(?>").Append(')');
            _at++;
        }
        else if (_at < _expression.Length && _expression[_at] == '?')
        {
            Copy(1);
        }
    }

    private int GroupHeadLength()
    {
        if (_at + 1 >= _expression.Length || _expression[_at + 1] != '?')
        {
            return 1;
        }

        var end = _at + 2;
        while (end < _expression.Length && (char.IsAsciiLetter(_expression[end]) || _expression[end] is '-' or '<'))
        {
            end++;
        }

        return end < _expression.Length && _expression[end] is ':' or '=' or '!' or '>' or ')' ? end + (_expression[end] == ')' ? 0 : 1) - _at : 2;
    }

    private void AppendSet()
    {
        Copy(_expression.AsSpan(_at).StartsWith("[^") ? 2 : 1);
        AppendMembers();
        _output.Append(']');
    }

    // up to and over the bracket that ends the set
    private void AppendMembers()
    {
        for (var first = true; _at < _expression.Length; first = false)
        {
            var rest = _expression.AsSpan(_at);
            if (rest[0] == ']' && !first)
            {
                _at++;
                return;
            }

            if (rest.StartsWith("[^") || rest.StartsWith("[:") || rest.StartsWith("&&"))
            {
                throw new ArgumentException("negated or named sets inside sets and intersections are not supported");
            }

            if (rest[0] == '[')
            {
                _at++;
                AppendMembers();
            }
            else
            {
                AppendItem(insideSet: true);
            }
        }

        throw new ArgumentException("a set has no end");
    }

    /// <summary>A character, a range of them inside a set, or an escape that stands for a class of them.</summary>
    private void AppendItem(bool insideSet)
    {
        if (ClassEscapeLength() is > 0 and var length)
        {
            AppendClassEscape(length, insideSet);
            return;
        }

        var first = Literal();
        var last = first;
        if (insideSet && _at + 1 < _expression.Length && _expression[_at] == '-' && _expression[_at + 1] is not (']' or '['))
        {
            var dash = _at++;
            if (ClassEscapeLength() == 0)
            {
                last = Literal();
            }
            else
            {
                _at = dash;
            }
        }

        _named.Add(first, last);
        if (_ignoresCase && !insideSet && first is 's' or 'S')
        {
            // Oniguruma knows ſ, the long s, as another lower case of S
            _output.Append(@"[s\u017F]");
            return;
        }

        AppendRange(first, last, insideSet);
    }

    private void AppendRange(int first, int last, bool insideSet)
    {
        var members = new StringBuilder();
        if (first <= char.MaxValue)
        {
            members.Append(Escaped(first));
            members.Append(last > first ? $"-{Escaped(Math.Min(last, char.MaxValue))}" : "");
        }

        foreach (var unit in last > char.MaxValue && _map is not null ? _map.Of(Math.Max(first, 0x10000), last) : [])
        {
            members.Append(Escaped(unit));
        }

        _output.Append(insideSet || first <= char.MaxValue ? members : members.Insert(0, '[').Append(']'));
    }

    private static string Escaped(int unit) => (char)unit switch
    {
        '\n' => @"\n",
        '\r' => @"\r",
        '\\' or '^' or '$' or '.' or '|' or '?' or '*' or '+' or '(' or ')' or '[' or ']' or '{' or '}' or '-' or '#' => $"\\{(char)unit}",
        >= ' ' and <= '~' => ((char)unit).ToString(),
        _ => $"\\u{unit:X4}",
    };

    /// <summary>The code point that a literal or an escape for a single character stands for.</summary>
    private int Literal()
    {
        if (_expression[_at] != '\\' || _at + 1 == _expression.Length)
        {
            Rune.DecodeFromUtf16(_expression.AsSpan(_at), out var rune, out var length);
            _at += length;
            return rune.Value;
        }

        var kind = _expression[_at + 1];
        _at += 2;
        return kind switch
        {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'f' => '\f',
            'v' => '\v',
            'a' => '\a',
            'e' => '\u001B',
            'u' => Hexadecimal(4),
            'x' when _at < _expression.Length && _expression[_at] == '{' && _expression.IndexOf('}', _at) is > 0 and var close => Braced(close),
            'x' => Hexadecimal(2),
            _ when char.IsAsciiLetterOrDigit(kind) => throw new ArgumentException($"\\{kind} is not supported"),
            _ => LiteralAt(_at - 1),
        };

        int Braced(int close)
        {
            _at++;
            var value = Hexadecimal(close - _at);
            _at = close + 1;
            return value;
        }

        int LiteralAt(int place)
        {
            _at = place;
            Rune.DecodeFromUtf16(_expression.AsSpan(_at), out var rune, out var length);
            _at += length;
            return rune.Value;
        }
    }

    private int Hexadecimal(int digits)
    {
        var end = Math.Min(_at + digits, _expression.Length);
        var value = int.TryParse(_expression.AsSpan(_at, end - _at), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) && Rune.IsValid(number)
            ? number
            : throw new ArgumentException($"'{_expression[_at..end]}' is no character's number");
        _at = end;
        return value;
    }

    /// <summary>Length of an escape at this place that stands for several characters or for a place, 0 for any other text.</summary>
    private int ClassEscapeLength()
    {
        if (_expression[_at] != '\\' || _at + 1 == _expression.Length)
        {
            return 0;
        }

        return _expression[_at + 1] switch
        {
            'p' or 'P' when _expression.IndexOf('}', _at) is > 0 and var close => close + 1 - _at,
            'w' or 'W' or 's' or 'S' or 'd' or 'D' or 'h' or 'b' or 'B' or 'A' or 'z' or 'Z' or 'G' => 2,
            _ => 0,
        };
    }

    private void AppendClassEscape(int length, bool insideSet)
    {
        var escape = _expression.Substring(_at, length);
        _at += length;
        _output.Append(escape switch
        {
            @"\w" => insideSet ? WordClass : $"[{WordClass}]",
            @"\W" when !insideSet => $"[^{WordClass}]",
            @"\W" => throw new ArgumentException(@"\W inside a set is not supported"),
            @"\h" => insideSet ? "0-9a-fA-F" : "[0-9a-fA-F]",
            _ => escape,
        });
    }
}

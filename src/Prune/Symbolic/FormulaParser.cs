namespace Harness.Prune.Symbolic;

/// <summary>
/// Reads formulas such as <c>mul(abs(mul(W, W)), mms(G))</c>, and the form in which the authors' code prints trees, <c>((W) mul (W)) abs (#)</c>.
/// </summary>
public sealed class FormulaParser
{
    private readonly string _text;
    private int _at;
    private int _level;

    private FormulaParser(string text) => _text = text;

    /// <summary>Reads a whole formula.</summary>
    /// <exception cref="InputException">Says at which character, counted from 1, what is wrong.</exception>
    public static Tree Parse(string formula)
    {
        var parser = new FormulaParser(formula);
        var tree = parser.Expression();
        return parser.Next() is '\0' ? tree : throw parser.Unexpected("the end");
    }

    /// <summary>An operand alone, or one with an operator behind it and then a second one or (#).</summary>
    private Tree Expression()
    {
        if (++_level > Tree.MostLevels)
        {
            throw Error($"more than {Tree.MostLevels} levels are open. Use a smaller tree");
        }

        var left = Operand();
        if (char.IsLetter(Next()))
        {
            var start = _at;
            var name = Name();
            left = Made(start, name, SecondOperand() is { } right ? [left, right] : [left]);
        }

        _level--;
        return left;
    }

    private Tree Operand()
    {
        if (Next() == '(')
        {
            _at++;
            var inner = Expression();
            Expect(')');
            return inner;
        }

        if (!char.IsLetter(Next()))
        {
            throw Unexpected("W, G, X, an operator or '('");
        }

        var start = _at;
        var name = Name();
        var operands = new List<Tree>();
        if (Tree.OperandsOf(name) is null or > 0 && Next() == '(')
        {
            do
            {
                _at++;
                operands.Add(Expression());
            }
            while (Next() == ',');
            Expect(')');
        }

        return Made(start, name, operands);
    }

    /// <summary>Null for (#), which stands where a unary operator has none.</summary>
    private Tree? SecondOperand()
    {
        var start = _at;
        if (Next() == '(')
        {
            _at++;
            if (Next() == '#')
            {
                _at++;
                Expect(')');
                return null;
            }
        }

        _at = start;
        return Operand();
    }

    private Tree Made(int start, string name, IReadOnlyList<Tree> operands)
    {
        var expected = Tree.OperandsOf(name);
        if (expected == operands.Count)
        {
            return new Tree(name, operands.ElementAtOrDefault(0), operands.ElementAtOrDefault(1));
        }

        _at = start;
        throw expected is null
            ? Error(Names.Unknown("operator", name, TreeOperator.All.Select(known => known.Name).Concat(Tree.Terminals)).Message.TrimEnd('.'))
            : Error($"{name} takes {expected} operand{(expected == 1 ? "" : "s")} and has {operands.Count}");
    }

    private string Name()
    {
        var start = _at;
        while (_at < _text.Length && char.IsLetterOrDigit(_text[_at]))
        {
            _at++;
        }

        return _text[start.._at];
    }

    /// <summary>The next character that is no blank, or NUL at the end; stays in front of it.</summary>
    private char Next()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
        {
            _at++;
        }

        return _at < _text.Length ? _text[_at] : '\0';
    }

    private void Expect(char mark)
    {
        if (Next() != mark)
        {
            throw Unexpected($"'{mark}'");
        }

        _at++;
    }

    private InputException Unexpected(string expected) => Error($"{expected} was expected, not {(Next() == '\0' ? "the end" : $"'{Next()}'")}");

    private InputException Error(string what) => new($"Formula '{_text}', character {_at + 1}: {what}.");
}

using System.Text;
using System.Text.RegularExpressions;

namespace Harness.Data.Hub;

/// <summary>File patterns as the hub's own tools read them: <c>*</c> and <c>?</c> match slashes too, <c>[ab]</c> a choice, a trailing slash all below.</summary>
public static class Glob
{
    /// <summary>Whether a path fits a pattern as a whole.</summary>
    public static bool Fits(string pattern, string path)
    {
        var whole = pattern.EndsWith('/') ? pattern + "*" : pattern;
        var regex = new StringBuilder("^");
        for (var i = 0; i < whole.Length; i++)
        {
            var end = whole[i] == '[' ? whole.IndexOf(']', Math.Min(whole.Length, i + 2)) : -1;
            if (end > 0)
            {
                var choice = whole[(i + 1)..end].Replace("\\", "\\\\", StringComparison.Ordinal);
                regex.Append('[').Append(choice[0] == '!' ? "^" + choice[1..] : choice[0] == '^' ? "\\" + choice : choice).Append(']');
                i = end;
            }
            else
            {
                regex.Append(whole[i] switch { '*' => ".*", '?' => ".", _ => Regex.Escape(whole[i].ToString()) });
            }
        }

        return Regex.IsMatch(path, regex.Append('$').ToString(), RegexOptions.Singleline | RegexOptions.CultureInvariant);
    }
}

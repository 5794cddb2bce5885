using System.CommandLine;
using System.Globalization;
using System.Text;
using Harness.Cli.CommandLine;
using Harness.Cli.Jobs;
using Harness.Cli.Options;
using Harness.Data;
using Harness.Data.Corpora;
using Harness.Models.Tokenizers;

namespace Harness.Cli.Verbs.Inspect;

/// <summary>The ids of a text, or of each text of a file of rows.</summary>
internal sealed class TokensVerb : Verb
{
    private readonly Session _session;
    private readonly Option<string> _model = CommonOptions.Model();
    private readonly Option<string> _file = OptionFactory.Required("--file", "FILE", "A text (.txt), or rows with a field text (.jsonl, .json.gz, .parquet).");
    private readonly Option<bool> _noSpecial = OptionFactory.Flag("--no-special", "Leave out the special tokens that the tokenizer puts around a text.");
    private readonly Option<bool> _json = OptionFactory.Flag("--json", "Print {\"ids\": […]} for a text too, as is done for every row.");

    public TokensVerb(Session session)
        : base(
            "tokens",
            "Prints the token ids of a text: id and token line by line, or a JSON line for each row of a file of rows.",
            "harness inspect tokens --model llama-7b --file notes.txt",
            "harness inspect tokens --model llama-7b --file texts.jsonl --no-special --json")
    {
        _session = session;
        Add(_model);
        Add(_file);
        Add(_noSpecial);
        Add(_json);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        var file = parsed.GetRequiredValue(_file);
        var tokenizer = Tokenizer.Load(parsed.GetRequiredValue(_model));
        var special = !parsed.GetValue(_noSpecial);
        if (DataFile.HoldsRows(file))
        {
            foreach (var text in DataFile.Texts(file))
            {
                _session.Stop.ThrowIfCancellationRequested();
                PrintIds(tokenizer.Encode(Encoding.UTF8.GetString(text.Span), special));
            }
        }
        else
        {
            var ids = tokenizer.Encode(FileCorpus.ForEvaluation(file).Text(), special);
            if (parsed.GetValue(_json))
            {
                PrintIds(ids);
            }
            else
            {
                PrintTokens(tokenizer, ids);
            }
        }

        return 0;
    }

    private void PrintIds(int[] ids) => _session.Results.WriteLine($"{{\"ids\": [{string.Join(", ", ids)}]}}");

    private void PrintTokens(Tokenizer tokenizer, int[] ids)
    {
        var table = new TextTable("position", "id", "token");
        for (var i = 0; i < ids.Length; i++)
        {
            table.Add(i.ToString(CultureInfo.InvariantCulture), ids[i].ToString(CultureInfo.InvariantCulture), Visible(tokenizer.Token(ids[i])));
        }

        table.Write(_session.Results);
    }

    /// <summary>With control characters and line ends spelt out, so that a token stays on its line.</summary>
    private static string Visible(string token)
    {
        var visible = new StringBuilder(token.Length);
        foreach (var rune in token.EnumerateRunes())
        {
            visible.Append(Rune.IsControl(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                ? $"\\u{rune.Value:x4}"
                : rune.ToString());
        }

        return visible.ToString();
    }
}

using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Harness.Cli.CommandLine;
using Harness.Cli.Jobs;
using Harness.Cli.Options;
using Harness.Data;
using Harness.Models.Tokenizers;

namespace Harness.Cli.Verbs.Inspect;

/// <summary>The text that ids stand for.</summary>
internal sealed class TextVerb : Verb
{
    private readonly Session _session;
    private readonly Option<string> _model = CommonOptions.Model();
    private readonly Option<string?> _ids = OptionFactory.Text("--ids", "LIST", "Token ids with commas between.");
    private readonly Option<string?> _file = OptionFactory.Text("--file", "FILE", "JSON lines with a field ids, or safetensors with input_ids [rows, length].");
    private readonly Option<bool> _special = OptionFactory.Flag("--special", "Write special tokens too.");

    public TextVerb(Session session)
        : base(
            "text",
            "Prints the text that token ids stand for: as it is for --ids, as a JSON line for each row of a file.",
            "harness inspect text --model llama-7b --ids 1,15043,3186",
            "harness inspect text --model llama-7b --file calibration.safetensors --special")
    {
        _session = session;
        Add(_model);
        Add(_ids);
        Add(_file);
        Add(_special);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        var (list, file) = (parsed.GetValue(_ids), parsed.GetValue(_file));
        if (list is null == file is null)
        {
            throw new InputException("inspect text needs either --ids LIST or --file FILE, and not both.");
        }

        var tokenizer = Tokenizer.Load(parsed.GetRequiredValue(_model));
        var skip = !parsed.GetValue(_special);
        if (list is not null)
        {
            _session.Results.WriteLine(tokenizer.Decode(Parse(list), skip));
            return 0;
        }

        foreach (var ids in Rows(file!))
        {
            var text = JsonSerializer.Serialize(tokenizer.Decode(ids, skip), JsonResult.Unescaped);
            _session.Results.WriteLine($"{{\"text\": {text}}}");
        }

        return 0;
    }

    private static int[] Parse(string list) => [.. list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(part =>
        int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? id
            : throw new InputException($"--ids holds '{part}'; token ids with commas between were expected, 1,15043 for example."))];

    private static IEnumerable<int[]> Rows(string file)
    {
        if (file.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase))
        {
            var ids = TokenIds.Read(file);
            return ids.Values.Chunk(ids.Length);
        }

        return DataFile.Rows(file).Select((row, index) => IdsOf(file, index + 1, row));
    }

    private static int[] IdsOf(string file, int row, ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.TryGetProperty("ids", out var ids) && ids.ValueKind == JsonValueKind.Array
            && ids.EnumerateArray().All(id => id.ValueKind == JsonValueKind.Number && id.TryGetInt32(out _))
            ? [.. ids.EnumerateArray().Select(id => id.GetInt32())]
            : throw new InputException($"{file} row {row} has no list of whole numbers 'ids'. Write rows as inspect tokens does: {{\"ids\": [1, 15043]}}.");
    }
}

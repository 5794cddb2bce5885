using System.Text.Json;
using Harness.Data.Corpora;

namespace Harness.Data.Training;

/// <summary>
/// Instructions with their answers, one a row (LLM-Pruner post_training.py, after alpaca-lora): the prompt of Alpaca and the answer, tokenised together with what the tokenizer puts in front, cut
/// to the length, the end of text behind where there is room. As many tokens as the prompt alone has are read but not learned.
/// Deviations from their code: rows in which nothing is left to learn are left out, where theirs stay and have no loss; nothing is shuffled.
/// </summary>
public static class AlpacaRows
{
    private const string Task = "Below is an instruction that describes a task";
    private const string Request = "Write a response that appropriately completes the request.";

    /// <summary>The first rows that a corpus gives.</summary>
    /// <param name="eos">The id that ends a text; null where the tokenizer has none.</param>
    /// <param name="length">Tokens of a row at most.</param>
    /// <param name="rows">At most so many; null for all.</param>
    /// <param name="progress">Hears how many there are.</param>
    /// <exception cref="InputException">The corpus has no such rows, one lacks a field, or nothing of them can be learned.</exception>
    public static TrainingSet Read(Corpus corpus, ITextEncoder encoder, int? eos, int length, int? rows = null, IProgress<int>? progress = null)
    {
        var documents = corpus as DocumentCorpus ?? throw new InputException(
            $"{corpus.Name} is a running text; rows with instruction, input and output were expected. Use --rows packed, or --corpus with a file of such rows.");
        var (ids, found, read) = (new List<int>(), new List<TrainingRow>(), 0);
        foreach (var json in documents.Rows())
        {
            if (found.Count == rows)
            {
                break;
            }

            read++;
            var (prompt, answer) = Texts(json, $"{corpus.Name} row {read}");
            var (tokens, begin) = (Tokens(prompt + answer, encoder, eos, length), ids.Count);
            var row = new TrainingRow(begin, tokens.Length, Math.Min(encoder.Encode(prompt).Length, length));
            if (row.Targets > 0)
            {
                ids.AddRange(tokens);
                found.Add(row);
                progress?.Report(found.Count);
            }
        }

        return found.Count > 0 ? new TrainingSet([.. ids], found) { LeftOut = read - found.Count } : throw new InputException(
            $"{corpus.Name} has {read} rows, and in none of them is an answer within its first {length} tokens. Use a larger --length.");
    }

    /// <summary>What a model is asked.</summary>
    /// <param name="input">What the instruction is about; empty for nothing.</param>
    public static string Prompt(string instruction, string input) => input.Length > 0
        ? $"{Task}, paired with an input that provides further context. {Request}\n\n### Instruction:\n{instruction}\n\n### Input:\n{input}\n\n### Response:\n"
        : $"{Task}. {Request}\n\n### Instruction:\n{instruction}\n\n### Response:\n";

    private static int[] Tokens(string text, ITextEncoder encoder, int? eos, int length)
    {
        var ids = encoder.Encode(text);
        return ids.Length > length ? ids[..length] : eos is { } end && ids.Length < length && ids[^1] != end ? [.. ids, end] : ids;
    }

    private static (string Prompt, string Answer) Texts(ReadOnlyMemory<byte> row, string place)
    {
        using var json = JsonDocument.Parse(row);
        return (Prompt(Text("instruction"), Text("input")), Text("output"));

        string Text(string name)
        {
            var value = json.RootElement.TryGetProperty(name, out var field) ? field : throw new InputException(
                $"{place} has no field '{name}'. Rows with instruction, input and output were expected.");
            try
            {
                return value.ValueKind switch
                {
                    JsonValueKind.String => value.GetString()!,
                    JsonValueKind.Null when name == "input" => "",
                    _ => throw new InputException($"{place}: field '{name}' is {value.ValueKind.ToString().ToLowerInvariant()}, not text. Rows with instruction, input and output were expected."),
                };
            }
            catch (InvalidOperationException e)
            {
                throw new InputException($"{place}: field '{name}' is not valid Unicode. Write the file in UTF-8.", e);
            }
        }
    }
}

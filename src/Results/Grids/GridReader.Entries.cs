using System.Globalization;
using System.Text.Json;

namespace Harness.Results;

internal sealed partial class GridReader
{
    /// <summary>The calibration of the papers, for what a grid leaves out.</summary>
    private static readonly CalibrationPlan Customary = new("c4", Samples: 128, Length: null, Seed: 0);

    private string? Model(JsonElement element, string path) => Text(element, path, "a checkpoint's name in quotes");

    private GridMethod? Row(JsonElement element, string path) => Named(
        element,
        path,
        "method",
        words.Methods.ToDictionary(method => method.Key, method => method.Value.Options).Append(new(Method.Dense.Name, [])),
        (name, options, label) =>
        {
            var method = new Method(name, options);
            return new GridMethod(method, label ?? method.ToString(), words.Methods.GetValueOrDefault(name)?.HasOwnSparsity == true);
        });

    private GridRecovery? HowToRecover(JsonElement element, string path) => Named(
        element,
        path,
        "recovery",
        words.Recoveries.ToDictionary(recovery => recovery.Key, recovery => recovery.Value.Options).Append(new(Recovery.None, [])),
        (name, options, label) =>
        {
            if (name == Recovery.None)
            {
                return new GridRecovery(null, label);
            }

            var recovery = new Recovery(name, options);
            if (words.Recoveries[name].Refusal?.Invoke(recovery) is { } refusal)
            {
                problems.Add(path, refusal);
            }

            return new GridRecovery(recovery, label ?? recovery.ToString());
        });

    /// <summary>A name, or an object with its <c>name</c>, a <c>label</c> if wanted, and its options.</summary>
    /// <param name="known">The names, each with the options it knows.</param>
    private T? Named<T>(
        JsonElement element,
        string path,
        string kind,
        IEnumerable<KeyValuePair<string, IReadOnlyCollection<string>>> known,
        Func<string, IReadOnlyList<KeyValuePair<string, string>>, string?, T> make)
        where T : class
    {
        var optionsOf = known.ToDictionary();
        if (element.ValueKind != JsonValueKind.Object)
        {
            return Text(element, path, $"a {kind}'s name in quotes, or an object with \"name\" and its options") is { } plain && IsKnown(kind, plain, optionsOf.Keys, path)
                ? make(plain, [], null)
                : null;
        }

        var given = StrictObject.Open(element, path, problems)!;
        var label = given.Text("label");
        if (given.Text("name", $"Name the {kind}.") is not { } name || !IsKnown(kind, name, optionsOf.Keys, given.PathOf("name")))
        {
            return null;
        }

        var options = optionsOf[name]
            .Select(option => (option, value: given.Take(option)))
            .Where(option => option.value is not null)
            .Select(option => KeyValuePair.Create(option.option, OptionText(option.value!.Value, given.PathOf(option.option))))
            .ToList();
        given.Close();
        return make(name, options, label);
    }

    private string OptionText(JsonElement value, string path)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                return value.GetString()!;
            case JsonValueKind.True or JsonValueKind.False:
                return value.GetBoolean() ? "true" : "false";
            case JsonValueKind.Number:
                return value.GetDouble().ToString(CultureInfo.InvariantCulture);
            default:
                problems.Add(path, StrictObject.Found(value, "a number, a text, true or false"));
                return "";
        }
    }

    private Sparsity SparsityToPruneTo(JsonElement element, string path)
    {
        var text = element.ValueKind == JsonValueKind.Number ? element.GetRawText() : Text(element, path, "a sparsity such as \"0.5\" or \"2:4\"");
        if (text is null)
        {
            return default;
        }

        var sparsity = problems.Try(path, () => (Sparsity?)Sparsity.Parse(text));
        if (sparsity is { IsDense: true })
        {
            problems.Add(path, "The unpruned model is a row, not a sparsity. List \"dense\" under methods.");
        }

        return sparsity ?? default;
    }

    private CalibrationPlan Calibration(StrictObject? given)
    {
        if (given is null)
        {
            return Customary;
        }

        var plan = new CalibrationPlan(
            Corpus(given) ?? Customary.Corpus,
            given.Whole("samples", least: 1) ?? Customary.Samples,
            given.Whole("length", least: 2),
            given.Whole("seed", least: 0) ?? Customary.Seed,
            Word(given, "preproc", "preproc", words.Preprocs) is { } rule && rule != words.Preprocs[0] ? rule : null);
        given.Close();
        return plan;
    }

    /// <summary>A known corpus, or whatever looks like a path.</summary>
    private string? Corpus(StrictObject given) => given.Text("corpus") is { } corpus
        && (corpus.AsSpan().ContainsAny('/', '.') || IsKnown("corpus", corpus, words.Corpora.Append("the path of a file"), given.PathOf("corpus"))) ? corpus : null;

    private string? Word(StrictObject given, string key, string kind, IReadOnlyCollection<string> known, string? missing = null) =>
        given.Text(key, missing) is { } word && IsKnown(kind, word, known, given.PathOf(key)) ? word : null;

    private bool IsKnown(string kind, string word, IEnumerable<string> known, string path)
    {
        if (known.Contains(word))
        {
            return true;
        }

        problems.Add(path, Names.Unknown(kind, word, known).Message);
        return false;
    }

    private string? Text(JsonElement element, string path, string expected)
    {
        if (element.ValueKind == JsonValueKind.String && element.GetString() is { Length: > 0 } text)
        {
            return text;
        }

        problems.Add(path, StrictObject.Found(element, expected));
        return null;
    }
}

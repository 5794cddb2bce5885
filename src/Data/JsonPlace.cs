namespace Harness.Data;

/// <summary>Where an object stands in a file, for the sentences: <c>rows.jsonl line 3</c>.</summary>
/// <param name="Unit">What the file is counted in: line or element.</param>
/// <param name="Number">From 1.</param>
/// <param name="Form">What the file is expected to hold, a sentence.</param>
internal readonly record struct JsonPlace(string Path, string Unit, int Number, string Form)
{
    public override string ToString() => $"{Path} {Unit} {Number}";
}

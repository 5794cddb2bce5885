using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Harness.Results;

/// <summary>How a pruned model was finetuned, and how its loss went: mean cross-entropy of a token in nats.</summary>
public sealed record RecoveryRecord
{
    public required RecoveryProtocol Protocol { get; init; }

    /// <summary>On the held-out sequences, as pruned; null where none were held out.</summary>
    public double? EvalLossBefore { get; init; }

    /// <summary>On the held-out sequences, after the last step.</summary>
    public double? EvalLossAfter { get; init; }

    /// <summary>On the held-out sequences in between: steps taken until then, and the loss.</summary>
    [JsonConverter(typeof(PairsConverter))]
    public IReadOnlyList<(int Step, double Loss)>? EvalLosses { get; init; }

    /// <summary>Of each step, over its whole batch, before the step.</summary>
    [JsonConverter(typeof(CurveConverter))]
    public required IReadOnlyList<double> Loss { get; init; }

    /// <summary>Norm of each step's gradient before it is clipped.</summary>
    [JsonConverter(typeof(CurveConverter))]
    public required IReadOnlyList<double> GradNorm { get; init; }

    /// <summary>Of each step.</summary>
    [JsonConverter(typeof(CurveConverter))]
    public required IReadOnlyList<double> LearningRate { get; init; }

    /// <summary>A curve is one line of six digits a number.</summary>
    private sealed class CurveConverter : JsonConverter<IReadOnlyList<double>>
    {
        public override IReadOnlyList<double> Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            JsonSerializer.Deserialize<double[]>(ref reader, options) ?? throw new JsonException("A curve is a list.");

        public override void Write(Utf8JsonWriter writer, IReadOnlyList<double> curve, JsonSerializerOptions options) =>
            writer.WriteRawValue($"[{string.Join(", ", curve.Select(Text))}]");
    }

    /// <summary>Pairs too are one line.</summary>
    private sealed class PairsConverter : JsonConverter<IReadOnlyList<(int Step, double Loss)>>
    {
        public override IReadOnlyList<(int Step, double Loss)> Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            [.. (JsonSerializer.Deserialize<double[][]>(ref reader, options) ?? []).Select(pair => pair is [var step, var loss] ? ((int)step, loss) : throw new JsonException("A pair has two numbers."))];

        public override void Write(Utf8JsonWriter writer, IReadOnlyList<(int Step, double Loss)> pairs, JsonSerializerOptions options) =>
            writer.WriteRawValue($"[{string.Join(", ", pairs.Select(pair => $"[{pair.Step.ToString(CultureInfo.InvariantCulture)}, {Text(pair.Loss)}]"))}]");
    }

    private static string Text(double value) =>
        double.IsFinite(value) ? value.ToString("G6", CultureInfo.InvariantCulture) : $"\"{value.ToString(CultureInfo.InvariantCulture)}\"";
}

/// <summary>What a recovery trained, on what.</summary>
public sealed record RecoveryProtocol
{
    /// <summary>The text's name: <c>c4</c>.</summary>
    public required string Corpus { get; init; }

    public required int Steps { get; init; }

    /// <summary>Sequences in a step, all micro-batches together.</summary>
    public required int Batch { get; init; }

    /// <summary>Tokens in a sequence.</summary>
    public required int Length { get; init; }

    /// <summary>The highest of the schedule.</summary>
    public required double LearningRate { get; init; }

    public required int Seed { get; init; }

    /// <summary>What the recipe alone knows, by name: rank, alpha, targets.</summary>
    public IReadOnlyDictionary<string, string>? Settings { get; init => field = value is null ? null : CellKey.Sorted(value); }

    /// <summary>How many numbers were trained.</summary>
    public required long Trained { get; init; }

    /// <summary>Content key of the training text's files.</summary>
    public required string Data { get; init; }

    /// <summary>Content key of the token ids: all training sequences in order, then those held out.</summary>
    public required string Ids { get; init; }
}

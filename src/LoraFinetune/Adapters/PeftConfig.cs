using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Harness.LoraFinetune.Recipes;

namespace Harness.LoraFinetune.Adapters;

/// <summary>What of PEFT's adapter_config.json decides how an adapter computes.</summary>
internal sealed record PeftConfig
{
    public const string FileName = "adapter_config.json";

    // what would change what is computed and is not known here; null, false, empty and "none" mean that it is not used
    private static readonly string[] Unknown =
        ["use_dora", "bias", "modules_to_save", "lora_bias", "trainable_token_indices", "target_parameters", "layer_replication", "use_qalora", "alora_invocation_tokens", "use_bdlora",
            "arrow_config", "kasa_config", "monteclora_config", "velora_config"];

    // how A and B may have begun; the others (pissa, olora, corda, loftq) change the model's own weights, which are then not those of its checkpoint
    private static readonly string[] Starts = ["gaussian", "eva", "orthogonal"];

    private static readonly JsonSerializerOptions Written = new() { WriteIndented = true, NewLine = "\n" };

    /// <summary>Rank, α, dropout and targets.</summary>
    public required LoraShape Shape { get; init; }

    /// <summary>Whether the scale is α / √rank.</summary>
    public bool IsRankStabilised { get; init; }

    /// <summary>α by the ends of modules' names, or by patterns.</summary>
    public IReadOnlyDictionary<string, double> AlphaPattern { get; init; } = new Dictionary<string, double>();

    /// <summary>The factor of a linear's adapter.</summary>
    /// <param name="module">Its name in the model, without <c>.weight</c>.</param>
    public double Scale(string module, long rank)
    {
        var alpha = AlphaPattern.Where(pattern => Regex.IsMatch(module, $@"^(.*\.)?({pattern.Key})$")).Select(pattern => (double?)pattern.Value).FirstOrDefault() ?? Shape.Alpha;
        return alpha / (IsRankStabilised ? Math.Sqrt(rank) : rank);
    }

    /// <exception cref="InputException">It is absent, damaged, or of an adapter that computes in another way.</exception>
    public static PeftConfig Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllText(path));
            var root = json.RootElement;
            if (Text(root, "peft_type") is not "LORA")
            {
                throw new InputException($"{path} is of type {Text(root, "peft_type") ?? "none"}; LORA was expected.");
            }

            if (Unknown.FirstOrDefault(key => root.TryGetProperty(key, out var value) && IsUsed(value)) is { } unknown)
            {
                throw new InputException($"{path} sets {unknown} to {root.GetProperty(unknown).GetRawText()}, which harness does not know. Merge the adapter with PEFT and score the result.");
            }

            if (root.TryGetProperty("init_lora_weights", out var start) && start.ValueKind == JsonValueKind.String && !Starts.Contains(start.GetString()))
            {
                throw new InputException($"{path} sets init_lora_weights to {start.GetRawText()}, which may have changed the model's own weights. Convert the adapter with PEFT (path_initial_model_for_weight_conversion).");
            }

            return new PeftConfig
            {
                Shape = new LoraShape(root.GetProperty("r").GetInt32(), root.GetProperty("lora_alpha").GetDouble(), Number(root, "lora_dropout"), Targets(root)),
                IsRankStabilised = root.TryGetProperty("use_rslora", out var stabilised) && stabilised.ValueKind == JsonValueKind.True,
                AlphaPattern = root.TryGetProperty("alpha_pattern", out var alphas) && alphas.ValueKind == JsonValueKind.Object
                    ? alphas.EnumerateObject().ToDictionary(alpha => alpha.Name, alpha => alpha.Value.GetDouble())
                    : new Dictionary<string, double>(),
            };
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException($"{folder} holds no {FileName}; a folder that PEFT or harness finetune has written was expected.", e);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InputException($"{path} cannot be read: {e.Message.TrimEnd('.')}. An object with r, lora_alpha and target_modules was expected.", e);
        }
    }

    /// <summary>As PEFT reads it.</summary>
    /// <param name="model">The folder or name of the model that it belongs to.</param>
    /// <param name="targets">The adapted linears, by the ends of their names.</param>
    /// <param name="isTransposed">Whether these are stored as [in, out].</param>
    /// <param name="ranks">Of linears that differ from the shape, by name.</param>
    /// <param name="alphas">The same of α.</param>
    public static string Text(
        string model, LoraShape shape, IReadOnlyList<string> targets, bool isTransposed, IReadOnlyDictionary<string, long> ranks, IReadOnlyDictionary<string, double> alphas) =>
        JsonSerializer.Serialize(new Content(model, shape.Rank, shape.Alpha, shape.Dropout, targets, isTransposed, ranks, alphas), Written) + "\n";

    private sealed record Content(
        [property: JsonPropertyName("base_model_name_or_path")] string Model,
        [property: JsonPropertyName("r")] int Rank,
        [property: JsonPropertyName("lora_alpha")] double Alpha,
        [property: JsonPropertyName("lora_dropout")] double Dropout,
        [property: JsonPropertyName("target_modules")] IReadOnlyList<string> Targets,
        [property: JsonPropertyName("fan_in_fan_out")] bool IsTransposed,
        [property: JsonPropertyName("rank_pattern")] IReadOnlyDictionary<string, long> Ranks,
        [property: JsonPropertyName("alpha_pattern")] IReadOnlyDictionary<string, double> Alphas)
    {
        [JsonPropertyName("peft_type")] public string Type => "LORA";

        [JsonPropertyName("task_type")] public string Task => "CAUSAL_LM";

        [JsonPropertyName("bias")] public string Bias => "none";

        [JsonPropertyName("inference_mode")] public bool IsForInference => true;

        [JsonPropertyName("use_rslora")] public bool IsRankStabilised => false;
    }

    private static bool IsUsed(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False => false,
        JsonValueKind.String => value.GetString() != "none",
        JsonValueKind.Array => value.GetArrayLength() > 0,
        JsonValueKind.Object => value.EnumerateObject().Any(),
        _ => true,
    };

    private static string? Text(JsonElement root, string key) => root.TryGetProperty(key, out var value) ? value.GetString() : null;

    private static double Number(JsonElement root, string key) => root.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : 0;

    /// <summary>A list of names; a pattern stays as it is.</summary>
    private static IReadOnlyList<string> Targets(JsonElement root) => root.GetProperty("target_modules") switch
    {
        { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray().Select(name => name.GetString()!)],
        { ValueKind: JsonValueKind.String } pattern => [pattern.GetString()!],
        _ => [],
    };
}

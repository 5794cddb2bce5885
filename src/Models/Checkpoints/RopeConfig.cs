namespace Harness.Models.Checkpoints;

/// <summary>How rotary frequencies are stretched beyond the positions a model was trained on (transformers' rope_type).</summary>
public enum RopeType
{
    Default, Linear, Dynamic, Llama3, Yarn, LongRope,
}

/// <summary>Rotary positions: their base and their scaling, from either form of config.json.</summary>
public sealed record RopeConfig
{
    private const double DefaultTheta = 10000;

    private static readonly Dictionary<string, RopeType> Types = new(StringComparer.Ordinal)
    {
        ["default"] = RopeType.Default,
        ["linear"] = RopeType.Linear,
        ["dynamic"] = RopeType.Dynamic,
        ["llama3"] = RopeType.Llama3,
        ["yarn"] = RopeType.Yarn,
        ["longrope"] = RopeType.LongRope,
        ["su"] = RopeType.LongRope,
    };

    /// <summary>The base: pair i of d turns by position / Theta^(2i/d).</summary>
    public required double Theta { get; init; }

    /// <summary>Which part of a head's dimensions is rotated, from the first on.</summary>
    public double PartialRotaryFactor { get; init; } = 1;

    /// <summary>rope_type; <see cref="RopeType.Default"/> scales nothing.</summary>
    public RopeType Type { get; init; }

    /// <summary>By how much the positions are stretched; 1 without scaling.</summary>
    public double Factor { get; init; } = 1;

    /// <summary>The positions before stretching; what the config gives, otherwise its max_position_embeddings.</summary>
    public required int OriginalMaxPositions { get; init; }

    /// <summary>llama3: wavelengths above OriginalMaxPositions / this are stretched fully.</summary>
    public double LowFreqFactor { get; init; }

    /// <summary>llama3: wavelengths below OriginalMaxPositions / this are not stretched.</summary>
    public double HighFreqFactor { get; init; }

    /// <summary>yarn and longrope: the factor on cos and sin; null derives it from the other values.</summary>
    public double? AttentionFactor { get; init; }

    /// <summary>yarn: rotations over the original positions above which a frequency is kept.</summary>
    public double BetaFast { get; init; } = 32;

    /// <summary>yarn: rotations over the original positions below which a frequency is stretched fully.</summary>
    public double BetaSlow { get; init; } = 1;

    /// <summary>yarn: see DeepSeek-V2; null where absent.</summary>
    public double? MScale { get; init; }

    /// <summary>yarn: see DeepSeek-V2; null where absent.</summary>
    public double? MScaleAllDim { get; init; }

    /// <summary>yarn: whether the bounds of the ramp are rounded to whole dimensions.</summary>
    public bool Truncate { get; init; } = true;

    /// <summary>longrope: a divisor for each frequency, up to the original positions; head_dim / 2 of them.</summary>
    public IReadOnlyList<double> ShortFactor { get; init; } = [];

    /// <summary>longrope: a divisor for each frequency, beyond the original positions; head_dim / 2 of them.</summary>
    public IReadOnlyList<double> LongFactor { get; init; } = [];

    /// <summary>Whether the frequencies change with the length of the sequence beyond <see cref="OriginalMaxPositions"/>.</summary>
    public bool DependsOnLength => Type is RopeType.Dynamic or RopeType.LongRope;

    /// <summary>
    /// Reads rope_parameters (the newer form, which has rope_theta inside), or rope_scaling (whose type is under rope_type or type) with
    /// rope_theta beside it. Neither means no scaling, and the family's base.
    /// </summary>
    /// <param name="theta">The base where the file leaves it out.</param>
    /// <param name="part">The part of a head that turns where the file leaves it out.</param>
    public static RopeConfig Read(ConfigReader config, int maxPositions, double theta = DefaultTheta, double part = 1)
    {
        if (config.Has("rope_parameters") && config.Has("rope_scaling"))
        {
            throw config.Unsupported("rope_scaling", "rope_parameters is given as well; keep one of the two.");
        }

        return Read(config.Object("rope_parameters") ?? config.Object("rope_scaling"), config, maxPositions, theta, part);
    }

    /// <summary>The same from the object that holds the scaling, for families that have several.</summary>
    public static RopeConfig Read(ConfigReader? scaling, ConfigReader config, int maxPositions, double theta, double part = 1)
    {
        var unscaled = new RopeConfig
        {
            Theta = scaling?.OptionalPositive("rope_theta") ?? config.OptionalPositive("rope_theta", "rotary_emb_base") ?? theta,
            PartialRotaryFactor = scaling?.OptionalPositive("partial_rotary_factor") ?? config.OptionalPositive("partial_rotary_factor", "rotary_pct") ?? part,
            OriginalMaxPositions = maxPositions,
        };
        return scaling is null ? unscaled : unscaled.WithScaling(scaling, config, maxPositions);
    }

    private RopeConfig WithScaling(ConfigReader scaling, ConfigReader config, int maxPositions)
    {
        var original = scaling.OptionalSize("original_max_position_embeddings") ?? config.OptionalSize("original_max_position_embeddings");
        var scaled = this with
        {
            Type = scaling.Choice(scaling.Has("rope_type") ? "rope_type" : "type", Types, RopeType.Default),
            OriginalMaxPositions = original ?? maxPositions,
            AttentionFactor = scaling.OptionalPositive("attention_factor"),
        };
        var stretch = (double)maxPositions / scaled.OriginalMaxPositions;
        return scaled.Type switch
        {
            RopeType.Default => this,
            RopeType.Linear => scaled with { Factor = scaling.Positive("factor") },
            // NTK scaling starts from max_position_embeddings, whatever else the config says
            RopeType.Dynamic => scaled with { Factor = scaling.Positive("factor"), OriginalMaxPositions = maxPositions },
            RopeType.Llama3 => scaled with
            {
                Factor = scaling.Positive("factor"),
                LowFreqFactor = scaling.Positive("low_freq_factor"),
                HighFreqFactor = scaling.Positive("high_freq_factor"),
                OriginalMaxPositions = original ?? scaling.Size("original_max_position_embeddings"),
            },
            RopeType.Yarn => scaled with
            {
                Factor = scaling.OptionalPositive("factor") ?? stretch,
                BetaFast = scaling.OptionalPositive("beta_fast") ?? BetaFast,
                BetaSlow = scaling.OptionalPositive("beta_slow") ?? BetaSlow,
                MScale = scaling.OptionalNumber("mscale"),
                MScaleAllDim = scaling.OptionalNumber("mscale_all_dim"),
                Truncate = scaling.Flag("truncate", otherwise: true),
            },
            _ => scaled with
            {
                Factor = scaling.OptionalPositive("factor") ?? stretch,
                ShortFactor = scaling.Numbers("short_factor"),
                LongFactor = scaling.Numbers("long_factor"),
            },
        };
    }
}

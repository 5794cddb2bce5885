using System.Globalization;
using Harness.Models.Checkpoints;

namespace Harness.LoraFinetune.Masks;

/// <summary>The map of tiers that pruning by tiles leaves in a checkpoint's folder: what training takes along, and how long a schedule wants it.</summary>
public static class TierSidecar
{
    /// <summary>Its name in the folder of sidecars.</summary>
    public const string Name = "tiers.safetensors";

    /// <summary>Opens it; null where there is none.</summary>
    public static SafetensorsFile? Open(CheckpointFolder folder)
    {
        var path = Path.Combine(folder.Path, CheckpointWriter.SidecarFolder, Name);
        return File.Exists(path) ? SafetensorsFile.Open(path) : null;
    }

    /// <summary>Epochs of training that the schedule of progressive pruning wants behind the iteration that the checkpoint is from; null where nothing says so.</summary>
    public static double? Epochs(CheckpointFolder folder)
    {
        using var file = Open(folder);
        return file?.Header.Metadata?.GetValueOrDefault("epochs") is { } text && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var epochs) ? epochs : null;
    }
}

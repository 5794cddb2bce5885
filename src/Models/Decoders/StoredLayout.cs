using Harness.Models.Checkpoints;
using Harness.Models.Decoders.Layouts;

namespace Harness.Models.Decoders;

/// <summary>A config's layout, held against what a checkpoint really holds.</summary>
public static class StoredLayout
{
    // what old code stored along: tables of angles, causal masks and the number in their place
    private static readonly string[] Buffers = [".inv_freq", ".attn.bias", ".attention.bias", ".masked_bias"];

    /// <summary>The layout with the names that the checkpoint uses.</summary>
    /// <exception cref="InputException">A tensor is missing, superfluous or of another shape.</exception>
    public static DecoderLayout Of(CheckpointFolder folder, ModelConfig config)
    {
        var layout = config.Layout;
        if (!folder.Entries.Any(entry => entry.Name.StartsWith(layout.Base, StringComparison.Ordinal)) && folder.Contains($"{layout.Embedding.Name}.weight"))
        {
            layout = layout with { Base = "" };
        }

        var expected = layout.Parameters().Select(parameter => parameter.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var (stored, shape) in Stored(folder, layout))
        {
            CheckShape(folder, stored, shape);
        }

        foreach (var entry in folder.Entries.Where(entry => !expected.Contains(entry.Name) && !Buffers.Any(buffer => entry.Name.EndsWith(buffer, StringComparison.Ordinal))))
        {
            throw Superfluous(folder, config, entry.Name, expected);
        }

        return layout;
    }

    /// <summary>The tensors that are parameters, each stored matrix once.</summary>
    public static IEnumerable<string> Parameters(CheckpointFolder folder, ModelConfig config) => Stored(folder, Of(folder, config)).Select(parameter => parameter.Name).Distinct();

    private static IEnumerable<(string Name, IReadOnlyList<long> Shape)> Stored(CheckpointFolder folder, DecoderLayout layout)
    {
        var (embedding, head) = ($"{layout.Base}{layout.Embedding.Name}.weight", $"{layout.Head.Name}.weight");
        return layout.Parameters().Select(parameter => (
            parameter.Name == embedding ? $"{Embedding(folder, layout)}.weight" : parameter.Name == head ? $"{Head(folder, layout)}.weight" : parameter.Name, parameter.Shape));
    }

    /// <summary>What the embedding is called: a tied one may be stored as the head alone.</summary>
    public static string Embedding(CheckpointFolder folder, DecoderLayout layout)
    {
        var name = layout.Base + layout.Embedding.Name;
        return layout.Head.Tied && !folder.Contains($"{name}.weight") && folder.Contains($"{layout.Head.Name}.weight") ? layout.Head.Name : name;
    }

    /// <summary>What the head is called: a tied one is the embedding, whatever is stored beside it.</summary>
    public static string Head(CheckpointFolder folder, DecoderLayout layout) => layout.Head.Tied ? Embedding(folder, layout) : layout.Head.Name;

    private static void CheckShape(CheckpointFolder folder, string name, IReadOnlyList<long> shape)
    {
        var stored = folder.Shape(name);
        if (!stored.SequenceEqual(shape))
        {
            throw new InputException(
                $"{name} in {folder.Path} has shape [{string.Join(", ", stored)}]; config.json implies [{string.Join(", ", shape)}]. Are config and weights from the same checkpoint?");
        }
    }

    private static InputException Superfluous(CheckpointFolder folder, ModelConfig config, string name, IEnumerable<string> known)
    {
        var nearest = Names.Nearest(name, known) is { } near ? $" The nearest that it has is '{near}'." : "";
        return new InputException(
            $"{folder.Path} has a tensor '{name}', but a {config.ModelType} with this config.json has none of that name.{nearest} Are config and weights from the same checkpoint?");
    }
}

using System.Text.Json;
using Harness.Data.Hub;
using Harness.Models;
using Harness.Models.Tokenizers;
using Harness.ZeroShot.Documents;
using Harness.ZeroShot.Requests;
using Harness.ZeroShot.Tasks;

namespace Harness.ZeroShot.Tests;

/// <summary>What the tests of scores share.</summary>
internal static class Scored
{
    /// <summary>The documents of a task of the reference pack, in file order.</summary>
    public static IReadOnlyList<Document> All(string task, string? split = null) =>
        TaskFiles.Find(ChoiceTasks.Named(task), split ?? ChoiceTasks.Named(task).Split, new DataRoot(ReferencePack.Path("data"))).Read();

    /// <summary>The objects of a file of the reference pack, a line each.</summary>
    public static List<JsonElement> Lines(params string[] path) =>
        [.. File.ReadLines(ReferencePack.Path(["zeroshot", .. path])).Where(line => line.Length > 0).Select(line => JsonDocument.Parse(line).RootElement)];

    /// <summary>Requests of documents.</summary>
    public static IReadOnlyList<IReadOnlyList<Request>> Encoded(CausalLM model, ZeroShotProtocol protocol, int? window, IEnumerable<Document> documents)
    {
        var encoder = new RequestEncoder(Tokenizer.Load(model.Folder.Path), protocol, window ?? model.Config.MaxPositions);
        return [.. documents.Select(document => encoder.Encode($"row {document.Row}", document))];
    }

    /// <summary>One walk over the blocks.</summary>
    public static IReadOnlyList<IReadOnlyList<RequestScore>> Walk(CausalLM model, IReadOnlyList<IReadOnlyList<Request>> requests)
    {
        using var evaluation = new LogLikelihood(model, new PackedRequests(requests));
        foreach (var block in model.Blocks())
        {
            evaluation.Advance(block);
        }

        using var head = model.Head();
        return evaluation.Finish(head).Scores;
    }
}

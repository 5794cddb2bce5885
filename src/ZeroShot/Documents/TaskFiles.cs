using System.Text.Json;
using Harness.Data;
using Harness.Data.Hub;
using Harness.ZeroShot.Tasks;

namespace Harness.ZeroShot.Documents;

/// <summary>The files of one split of a task.</summary>
public sealed record TaskFiles(ChoiceTask Task, string Split, IReadOnlyList<string> Files)
{
    /// <summary>Finds the split under a data root.</summary>
    /// <exception cref="InputException">It is not there.</exception>
    public static TaskFiles Find(ChoiceTask task, string split, DataRoot root) =>
        new(task, split, root.FindSplit($"{task.Name} {split}", task.Repository, task.Folder, split));

    /// <summary>SHA-256 of the file; of several files, of their hashes in order.</summary>
    public string ContentHash(FileHashes hashes) => Files.Count == 1
        ? hashes.Of(Files[0])
        : ContentKey.OfText(string.Concat(Files.Select(file => hashes.Of(file) + "\n")));

    /// <summary>Where a document stands, to begin a sentence with.</summary>
    public string Place(Document document) => $"{Task.Name} {Split} row {document.Row + 1}";

    /// <summary>Every row as a document, in file order.</summary>
    /// <exception cref="InputException">A row lacks a column, or holds what the task cannot use; or there is no row.</exception>
    public IReadOnlyList<Document> Read()
    {
        var documents = new List<Document>();
        foreach (var file in Files)
        {
            var number = 0;
            foreach (var line in DataFile.Rows(file))
            {
                using var row = JsonDocument.Parse(line);
                documents.Add(Task.Read(new TaskRow(Task.Name, file, ++number, row.RootElement), documents.Count));
            }
        }

        return documents.Count > 0 ? documents : throw new InputException($"{Files[0]} has no rows; {Task.Name} needs one or more. Fetch the file again.");
    }
}

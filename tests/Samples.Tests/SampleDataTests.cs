using System.Text;
using Harness.Data;
using Harness.Data.Corpora;
using Harness.Data.Hub;
using Harness.Samples.Questions;
using Harness.Samples.Texts;
using Harness.Tests.Shared;
using Harness.ZeroShot.Documents;
using Harness.ZeroShot.Tasks;

namespace Harness.Samples.Tests;

/// <summary>The data root of the small world, as the readers of the originals see it.</summary>
public sealed class SampleDataTests(SampleDataTests.Written written) : IClassFixture<SampleDataTests.Written>
{
    private const int Seed = 7;

    public static TheoryData<string> Tasks => [.. SampleTasks.All.Select(task => task.Name)];

    [Fact]
    public void It_has_the_tasks_of_the_papers_in_their_order() => SampleTasks.All.Select(task => task.Name).ShouldBe(ChoiceTasks.Seven);

    [Theory]
    [MemberData(nameof(Tasks))]
    public void The_readers_of_the_original_read_every_split(string name)
    {
        var task = ChoiceTasks.Named(name);
        var splits = SampleTasks.All.Single(sample => sample.Name == name).Splits;

        splits[^1].ShouldBe(task.Split);
        TaskFiles.Find(task, task.Split, written.Root).Read().Count.ShouldBe(SampleData.ScoredDocuments);
        splits.ShouldAllBe(split => TaskFiles.Find(task, split, written.Root).Read().Count >= 100);
    }

    [Theory]
    [MemberData(nameof(Tasks))]
    public void Every_answer_is_right_equally_often(string name)
    {
        var answers = Scored(name).CountBy(document => document.Answer).Select(answer => answer.Value).ToArray();

        answers.Length.ShouldBe(Scored(name)[0].Choices.Count);
        (answers.Max() - answers.Min()).ShouldBeLessThanOrEqualTo(1);
    }

    [Theory]
    [MemberData(nameof(Tasks))]
    public void Choices_differ_and_no_document_comes_twice(string name)
    {
        var documents = Scored(name);

        documents.ShouldAllBe(document => document.Choices.Distinct().Count() == document.Choices.Count);
        documents.Select(document => document.Solved).Distinct().Count().ShouldBe(documents.Count);
    }

    [Theory]
    [MemberData(nameof(Tasks))]
    public void No_scored_document_is_in_a_text_to_train_on(string name)
    {
        // a winogrande sentence begins as many others do; all of it is what must not be there
        foreach (var document in Scored(name))
        {
            written.TrainingText.ShouldNotContain(name == "openbookqa" || name == "hellaswag" || name == "winogrande" ? document.Solved : document.Choices[0].Context, Case.Sensitive);
        }
    }

    [Theory]
    [MemberData(nameof(Tasks))]
    public void Training_texts_have_questions_in_the_very_form_of_the_task(string name)
    {
        var task = ChoiceTasks.Named(name);
        var examples = TaskFiles.Find(task, "train", written.Root).Read();

        var known = SampleTasks.All.Single(sample => sample.Name == name).Split(Seed, "train", examples.Count);
        known.Select(question => question.Solved).ShouldBe(examples.Select(example => example.Solved));
    }

    [Theory]
    [InlineData("boolq")]
    [InlineData("rte")]
    public void Neither_passage_nor_claim_alone_tells_whether_a_claim_is_right(string name)
    {
        // passage and claim are behind one another, "Question:" between them
        foreach (var part in (int[])[0, 1])
        {
            var denied = Scored(name).Where(document => document.Choices[0].Context.Split("Question:")[part].Contains("is wrong", StringComparison.OrdinalIgnoreCase)
                || document.Choices[0].Context.Split("Question:")[part].Contains("is it wrong", StringComparison.OrdinalIgnoreCase)).ToArray();
            (denied.Count(document => document.Answer == 0) / (double)denied.Length).ShouldBeInRange(0.35, 0.65);
        }
    }

    [Fact]
    public void Exercises_are_claims_that_are_not_scored()
    {
        var exercises = SampleTexts.Exercises(Seed).Take(2000).ToArray();

        exercises.CountBy(exercise => exercise.Answer).Select(answer => answer.Key).Order().ShouldBe([" False", " True", " no", " yes"]);
        exercises.Select(exercise => exercise.Prompt).Intersect(Scored("boolq").Concat(Scored("rte")).Select(document => document.Choices[0].Context)).ShouldBeEmpty();
    }

    [Fact]
    public void Wikitext_has_headings_and_blank_rows_as_the_original()
    {
        var rows = DataFile.Texts(Wikitext.Test(written.Root).Files[0]).Select(row => Encoding.UTF8.GetString(row.Span)).ToArray();

        rows[0].ShouldBe("");
        rows[1].ShouldMatch("^ = [A-Z][A-Za-z ]+ = \n$");
        rows.ShouldAllBe(row => row == "" || (row.StartsWith(' ') && row.EndsWith(" \n", StringComparison.Ordinal)));
        Wikitext.Train(written.Root).Text().ShouldNotContain(Wikitext.Test(written.Root).Text()[..400]);
    }

    [Fact]
    public void C4_has_documents_long_enough_to_calibrate_on()
    {
        C4.Train(written.Root).Documents().Count(document => document.Length > 1000).ShouldBeGreaterThan(500);
        C4.Validation(written.Root).Text().Length.ShouldBeGreaterThan(100_000);
    }

    [Fact]
    public void What_models_are_trained_on_begins_with_the_files_themselves()
    {
        var pages = C4.Train(written.Root).Documents().Take(4).Select(document => Encoding.UTF8.GetString(document.Span)).ToArray();

        SampleTexts.Training(Seed).Skip(1).Take(2).ShouldBe([$"{pages[0]} {pages[1]}", $"{pages[2]} {pages[3]}"]);
    }

    [Fact]
    public void The_same_seed_gives_the_same_files_and_another_gives_others()
    {
        using var again = new TemporaryFolder();
        using var other = new TemporaryFolder();
        SampleData.Write(again.Path, Seed);
        SampleData.Write(other.Path, Seed + 1);

        foreach (var file in Directory.EnumerateFiles(written.Folder.Path, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(written.Folder.Path, file)))
        {
            File.ReadAllBytes(again[file]).ShouldBe(File.ReadAllBytes(written.Folder[file]));
            File.ReadAllBytes(other[file]).ShouldNotBe(File.ReadAllBytes(written.Folder[file]));
        }
    }

    private IReadOnlyList<Document> Scored(string name)
    {
        var task = ChoiceTasks.Named(name);
        return TaskFiles.Find(task, task.Split, written.Root).Read();
    }

    /// <summary>Written once for all tests.</summary>
    public sealed class Written : IDisposable
    {
        public Written()
        {
            SampleData.Write(Folder.Path, Seed);
            Root = new DataRoot(Folder.Path);
            TrainingText = string.Join('\n', SampleTexts.Training(Seed).Take(4000));
        }

        internal TemporaryFolder Folder { get; } = new();

        internal DataRoot Root { get; }

        internal string TrainingText { get; }

        public void Dispose() => Folder.Dispose();
    }
}

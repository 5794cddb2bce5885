using static Harness.Samples.Words;

namespace Harness.Samples.World;

/// <summary>All kinds of facts, made from the tables of this folder: a new kind is one entry here.</summary>
internal static class Relations
{
    /// <summary>What holds of animals; their subject is <c>a cow</c>.</summary>
    public static IReadOnlyList<Relation> OfAnimals { get; } =
    [
        Animals("food", animal => animal.Food,
            ["{0} eats {1}.", "{0} likes to eat {1}.", "the food of {0} is {1}."],
            ["What does {0} eat?", "What is the food of {0}?", "What can you give to {0} that is hungry?", "What does {0} like to eat?"],
            ["does {0} eat {1}", "is {1} the food of {0}"],
            ["{0} is hungry and looks for", "{0} wants to eat, so it finds some"]),
        Animals("home", animal => A(animal.Home),
            ["{0} lives in {1}.", "the home of {0} is {1}.", "{0} sleeps in {1}."],
            ["Where does {0} live?", "What is the home of {0}?", "Where can you find {0}?", "Where does {0} sleep?"],
            ["does {0} live in {1}", "is {1} the home of {0}", "does {0} sleep in {1}"],
            ["{0} is tired and goes home to"]),
        Animals("colour", animal => animal.Colour,
            ["{0} is {1}.", "the colour of {0} is {1}.", "{0} has a coat that is {1}."],
            ["Which colour is {0}?", "What is the colour of {0}?", "Which colour has the coat of {0}?"],
            ["is {0} {1}", "is {1} the colour of {0}"],
            []),
        Animals("sound", animal => animal.Sound,
            ["{0} {1}.", "you know {0} by its voice: it {1}.", "{0} is happy when it {1}."],
            ["What does {0} do with its voice?", "How do you know {0} by its voice?"],
            ["is it true that {0} {1}", "is it known that {0} {1}"],
            ["you hear {0} in the dark, because it", "{0} opens its mouth and"]),
        Animals("young", animal => A(animal.Young),
            ["the young of {0} is called {1}.", "{0} was once {1}.", "the baby of {0} is {1}."],
            ["What is the young of {0} called?", "What was {0} when it was young?", "What is the baby of {0}?"],
            ["is the young of {0} called {1}", "was {0} once {1}"],
            ["when {0} has a baby, people call it"]),
        Animals("coat", animal => animal.Coat,
            ["{0} is covered with {1}.", "{0} has {1} all over."],
            ["What is {0} covered with?", "What does {0} have all over?"],
            ["is {0} covered with {1}", "does {0} have {1} all over"],
            ["if you touch {0}, your hand feels"]),
        Animals("legs", animal => $"{animal.Legs} legs",
            ["{0} has {1}.", "{0} stands on {1}."],
            ["How many legs does {0} have?", "On how many legs does {0} stand?"],
            ["does {0} have {1}", "does {0} stand on {1}"],
            []),
    ];

    /// <summary>What holds of jobs; their subject is <c>a baker</c>.</summary>
    public static IReadOnlyList<Relation> OfJobs { get; } =
    [
        new("workplace", [.. Job.All.Select(job => (A(job.Name), $"in the {job.Place}"))],
            ["{0} works {1}.", "you can meet {0} {1}."],
            ["Where does {0} work?", "Where can you meet {0}?"],
            ["does {0} work {1}", "can you meet {0} {1}"],
            ["{0} goes to work"]),
        new("work", [.. Job.All.Select(job => (A(job.Name), job.Work))],
            ["{0} {1}.", "the work of {0} is this: {0} {1}."],
            ["What does {0} do all day?", "What is the work of {0}?"],
            ["is it true that {0} {1}", "is it known that {0} {1}"],
            ["all day long {0}"]),
        new("clothes", [.. Job.All.Select(job => (A(job.Name), job.Wear))],
            ["{0} wears {1}.", "at work {0} puts on {1}."],
            ["What does {0} wear?", "What does {0} put on at work?"],
            ["does {0} wear {1}", "does {0} put on {1} at work"],
            ["before work {0} puts on"]),
    ];

    /// <summary>What holds of everything else.</summary>
    public static IReadOnlyList<Relation> OfThings { get; } =
    [
        new("tool", [.. Tool.All.Select(tool => (tool.Task, A(tool.Name)))],
            ["to {0} you need {1}.", "you can {0} with {1}.", "people {0} with {1}."],
            ["What do you need to {0}?", "With what can you {0}?", "Which tool helps to {0}?"],
            ["do you need {1} to {0}", "do people {0} with {1}"],
            ["if you want to {0}, you should take", "to {0}, people use"]),
        new("place", [.. Tool.All.Select(tool => (A(tool.Name), $"in the {tool.Place}"))],
            ["{0} is kept {1}.", "you find {0} {1}.", "look for {0} {1}."],
            ["Where do you find {0}?", "Where is {0} kept?", "Where should you look for {0}?"],
            ["is {0} kept {1}", "do you find {0} {1}"],
            ["if you need {0}, you can find it"]),
        new("material", [.. Tool.All.Select(tool => (A(tool.Name), tool.Material))],
            ["{0} is made of {1}.", "people make {0} of {1}."],
            ["What is {0} made of?", "Of what do people make {0}?"],
            ["is {0} made of {1}", "do people make {0} of {1}"],
            []),
        new("made", Plain.Made,
            ["{0} is made from {1}.", "people make {0} from {1}.", "without {1} there is no {0}."],
            ["From what is {0} made?", "What do people need to make {0}?", "What is used for {0}?"],
            ["is {0} made from {1}", "do people make {0} from {1}"],
            ["if you want to make {0}, you should get some"]),
        new("opposite", Plain.Opposites,
            ["the opposite of {0} is {1}.", "what is not {0} is {1}.", "{0} and {1} are opposites."],
            ["What is the opposite of {0}?", "Which word is the opposite of {0}?", "What is a thing that is not {0}?"],
            ["is {1} the opposite of {0}", "are {0} and {1} opposites"],
            []),
        new("result", Plain.Results,
            ["when {0}, {1}.", "if {0}, {1}.", "you know that {0}, and then {1}."],
            ["What happens when {0}?", "What do you see if {0}?"],
            ["is it true that {1} when {0}"],
            ["every time that {0},", "when {0}, you can see that"]),
        .. OfJobs,
    ];

    /// <summary>What holds of citizens.</summary>
    public static IReadOnlyList<Relation> OfCitizens { get; } =
    [
        Citizens("town", citizen => citizen.Town,
            ["{0} lives in {1}.", "the house of {0} is in {1}.", "you can visit {0} in {1}."],
            ["Where does {0} live?", "In which town is the house of {0}?", "Where can you visit {0}?"],
            ["does {0} live in {1}", "is the house of {0} in {1}"],
            ["{0} took the train home to"]),
        Citizens("job", citizen => citizen.Job,
            ["{0} works as {1}.", "{0} is {1}.", "the job of {0} is that of {1}."],
            ["What is the job of {0}?", "As what does {0} work?"],
            ["does {0} work as {1}", "is {0} {1}"],
            ["{0} earns money as"]),
        Citizens("pet", citizen => citizen.Pet,
            ["{0} has {1}.", "the pet of {0} is {1}.", "{0} feeds {1}."],
            ["Which pet does {0} have?", "What does {0} feed?", "What is the pet of {0}?"],
            ["does {0} have {1}", "is {1} the pet of {0}"],
            ["{0} takes a walk with"]),
        Citizens("liking", citizen => citizen.Colour,
            ["{0} likes {1}.", "the best colour for {0} is {1}.", "{0} paints all doors {1}."],
            ["Which colour does {0} like?", "What is the best colour for {0}?"],
            ["does {0} like {1}", "is {1} the best colour for {0}"],
            ["{0} bought a hat that is"]),
    ];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Relation> All { get; } = [.. OfAnimals, .. OfThings, .. OfCitizens];

    /// <summary>What holds of tools; their subject is <c>a knife</c>.</summary>
    public static IReadOnlyList<Relation> OfTools { get; } = [.. OfThings.Where(relation => relation.Name is "place" or "material")];

    /// <summary>Any of them, so that no fact is told more often than another.</summary>
    public static Relation Any(Draws draws)
    {
        var fact = draws.Below(All.Sum(relation => relation.Facts.Count));
        return All.First(relation => (fact -= relation.Facts.Count) < 0);
    }

    /// <summary>
    /// Somebody who is not named, and what is asked of them: the first step of a question of two. The phrase stands for the subject, by what is true of it alone.
    /// </summary>
    public static (string Phrase, string Subject, Relation Asked) Riddle(Draws draws)
    {
        var (name, phrase) = draws.Of(Hints);
        var family = new[] { OfAnimals, OfJobs }.First(family => family.Any(relation => relation.Name == name));
        var hint = family.First(relation => relation.Name == name);
        var (subject, value) = draws.Of(hint.Facts);
        return (Fill(phrase, value), subject, draws.Besides(family, hint));
    }

    /// <summary>Phrases that stand for a subject without naming it; {0} is the subject's value in the relation of that name.</summary>
    private static IReadOnlyList<(string Relation, string Phrase)> Hints { get; } =
    [
        ("home", "the animal that lives in {0}"), ("sound", "the animal that {0}"), ("young", "the animal whose young is {0}"),
        ("workplace", "the person who works {0}"), ("work", "the person who {0}"),
    ];

    private static Relation Animals(string name, Func<Animal, string> value, string[] statements, string[] questions, string[] claims, string[] stems) =>
        new(name, [.. Animal.All.Select(animal => (A(animal.Name), value(animal)))], statements, questions, claims, stems);

    private static Relation Citizens(string name, Func<Citizen, string> value, string[] statements, string[] questions, string[] claims, string[] stems) =>
        new(name, [.. Citizen.All.Select(citizen => (citizen.Name, value(citizen)))], statements, questions, claims, stems);
}

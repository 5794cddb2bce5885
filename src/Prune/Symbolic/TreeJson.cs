using System.Text.Json;
using System.Text.Json.Nodes;

namespace Harness.Prune.Symbolic;

/// <summary>Trees in the JSON of the authors' code: <c>{"data": "abs", "left": {"data": "W"}}</c>; a unary operator has <c>left</c> alone.</summary>
public static class TreeJson
{
    private static readonly string[] Keys = ["data", "left", "right"];

    /// <summary>Reads a tree.</summary>
    /// <param name="source">What a person calls the text.</param>
    /// <exception cref="InputException">Says where in the tree what is wrong.</exception>
    public static Tree Parse(string text, string source)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = Tree.MostLevels });
            return Node(document.RootElement, source, "the root");
        }
        catch (JsonException e)
        {
            throw new InputException($"{source} is no JSON of a tree: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1} cannot be read. Give {{\"data\": OPERATOR, \"left\": …, \"right\": …}}.", e);
        }
    }

    /// <summary>The tree as JSON; nodes without operands have <c>data</c> alone.</summary>
    public static JsonObject ToJson(this Tree tree)
    {
        var node = new JsonObject { ["data"] = tree.Symbol };
        foreach (var (key, operand) in Keys.Skip(1).Zip(tree.Operands))
        {
            node[key] = operand.ToJson();
        }

        return node;
    }

    private static Tree Node(JsonElement json, string source, string place)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.String)
        {
            throw new InputException($"{source}: {place} of the tree is no node; an object with \"data\", an operator or W, G or X, was expected.");
        }

        if (json.EnumerateObject().FirstOrDefault(property => !Keys.Contains(property.Name)) is { Value.ValueKind: not JsonValueKind.Undefined } unknown)
        {
            throw new InputException($"{source}: {place} of the tree: {Names.Unknown("key", unknown.Name, Keys).Message}");
        }

        var (symbol, operands) = (data.GetString()!, new List<Tree>());
        var taken = Tree.OperandsOf(symbol) ?? throw new InputException(
            $"{source}: {place} of the tree: {Names.Unknown("operator", symbol, TreeOperator.All.Select(known => known.Name).Concat(Tree.Terminals)).Message}");
        foreach (var key in Keys.Skip(1))
        {
            var has = json.TryGetProperty(key, out var operand) && operand.ValueKind != JsonValueKind.Null;
            if (has != operands.Count < taken)
            {
                throw new InputException($"{source}: {place} of the tree: {symbol} takes {taken} operand{(taken == 1 ? "" : "s")}, so \"{key}\" {(has ? "must be left out" : "is missing")}.");
            }

            if (has)
            {
                operands.Add(Node(operand, source, place == "the root" ? key : $"{place}.{key}"));
            }
        }

        return new Tree(symbol, operands.ElementAtOrDefault(0), operands.ElementAtOrDefault(1));
    }
}

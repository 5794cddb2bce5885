using System.Text.Json;

namespace Harness.Models.Tokenizers.Formats;

/// <summary>A value of a JSON file that knows where it stands, so that what is wrong with it can be said.</summary>
internal readonly record struct Setting(JsonElement Element, Place Place)
{
    /// <summary>The file and the path inside it.</summary>
    public string Where => Place.ToString();

    /// <summary>Reads a JSON file whose top is an object.</summary>
    public static Setting ReadObject(string path)
    {
        try
        {
            var top = new Setting(JsonElement.Parse(File.ReadAllBytes(path)), new Place(null, path));
            return top.OfKind(JsonValueKind.Object, "an object");
        }
        catch (JsonException e)
        {
            throw new InputException($"{path} is not JSON (line {e.LineNumber + 1}): it may be cut off or damaged; fetch it again.", e);
        }
    }

    /// <summary>Whether the value is there, be it null.</summary>
    public bool IsPresent => Element.ValueKind != JsonValueKind.Undefined;

    /// <summary>Whether the value is absent or null.</summary>
    public bool IsNull => Element.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;

    /// <summary>Whether the value is an object.</summary>
    public bool IsObject => Element.ValueKind == JsonValueKind.Object;

    /// <summary>A member of an object; null where it is absent.</summary>
    public Setting this[string name]
    {
        get
        {
            var value = default(JsonElement);
            if (!IsNull)
            {
                OfKind(JsonValueKind.Object, "an object").Element.TryGetProperty(name, out value);
            }

            return new Setting(value, new Place(Place, name));
        }
    }

    /// <summary>The items of an array.</summary>
    public IEnumerable<Setting> Items
    {
        get
        {
            var place = Place;
            return OfKind(JsonValueKind.Array, "a list").Element.EnumerateArray().Select((item, i) => new Setting(item, new Place(place, $"[{i}]")));
        }
    }

    /// <summary>The members of an object.</summary>
    public IEnumerable<(string Name, Setting Value)> Members
    {
        get
        {
            var place = Place;
            return OfKind(JsonValueKind.Object, "an object").Element.EnumerateObject()
                .Select(member => (member.Name, new Setting(member.Value, new Place(place, member.Name))));
        }
    }

    /// <summary>The value as text.</summary>
    public string Text => OfKind(JsonValueKind.String, "a string").Element.GetString()!;

    /// <summary>The value as an integer.</summary>
    public int Integer => Element.ValueKind == JsonValueKind.Number && Element.TryGetInt32(out var value) ? value : throw Unexpected("an integer");

    /// <summary>The value as a number.</summary>
    public double Number => OfKind(JsonValueKind.Number, "a number").Element.GetDouble();

    /// <summary>The value as a character.</summary>
    public char Character => Text is [var only] ? only : throw Unexpected("a single character");

    /// <summary>The value as true or false, or what it means where it is absent.</summary>
    public bool Flag(bool absent) => Element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => IsNull ? absent : throw Unexpected("true or false"),
    };

    /// <summary>Reads an object by its <c>type</c>.</summary>
    public T Choose<T>(string what, Dictionary<string, Func<Setting, T>> kinds) => this["type"].ChooseValue($"{what} type", kinds)(this);

    /// <summary>The value that goes with a name.</summary>
    public T ChooseValue<T>(string what, Dictionary<string, T> values) => values.TryGetValue(Text, out var value)
        ? value
        : throw new InputException($"{Where}: {Names.Unknown(what, Text, values.Keys).Message}");

    /// <summary>Says that the value is not what was expected.</summary>
    public InputException Unexpected(string expected)
    {
        var found = IsNull ? "missing" : Element.GetRawText() is { Length: <= 60 } text ? text : $"a JSON {Element.ValueKind.ToString().ToLowerInvariant()}";
        return new InputException($"{Where} is {found}; expected {expected}.");
    }

    private Setting OfKind(JsonValueKind kind, string expected) => Element.ValueKind == kind ? this : throw Unexpected(expected);
}

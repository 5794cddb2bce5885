namespace Harness.Data.Parquet;

/// <summary>Builds <see cref="SchemaNode"/>s from the footer's depth-first list, by the rules of the format's LogicalTypes.md, old list layouts included.</summary>
internal sealed class SchemaTree(IReadOnlyList<SchemaElement> elements)
{
    private const int DeepestNesting = 64;
    private int _next;
    private int _leaves;

    /// <summary>The columns, from the list's root on.</summary>
    public IReadOnlyList<SchemaNode> Build()
    {
        if (elements.Count == 0)
        {
            throw new CorruptDataException("its footer has no schema");
        }

        var root = elements[_next++];
        return Enumerable.Range(0, root.Children).Select(_ => Node(0, 0, 0)).ToArray();
    }

    private SchemaNode Node(int definition, int repetition, int depth)
    {
        if (_next >= elements.Count)
        {
            throw new CorruptDataException("its footer's schema is not a tree");
        }

        var element = elements[_next];
        if (element.Repetition == Repetition.Repeated)
        {
            // a repeated field without a list around it: a list that is never null
            return List(element, definition, repetition, () => Body(definition + 1, repetition + 1, depth));
        }

        return Body(definition + (element.Repetition == Repetition.Optional ? 1 : 0), repetition, depth);
    }

    /// <summary>The element at hand, its own repetition already counted in the levels.</summary>
    private SchemaNode Body(int definition, int repetition, int depth)
    {
        if (depth > DeepestNesting)
        {
            throw new CorruptDataException("its footer's schema is nested too deeply");
        }

        var element = elements[_next];
        if (element.Type is { } || element.Children == 0)
        {
            return Leaf(definition, repetition);
        }

        var isMap = element.Logical.Kind == LogicalKind.Map || element.Converted is ConvertedType.Map or ConvertedType.MapKeyValue;
        var isList = element.Logical.Kind == LogicalKind.List || element.Converted == ConvertedType.List;
        if ((isMap || isList) && element.Children == 1 && _next + 1 < elements.Count && elements[_next + 1].Repetition == Repetition.Repeated)
        {
            _next++;
            // a map without values is the set of its keys
            return isMap && elements[_next].Children == 2
                ? Map(element, definition, repetition, depth)
                : List(element, definition, repetition, () => ListElement(element, definition + 1, repetition + 1, depth + 1));
        }

        var first = _leaves;
        var fields = Fields(definition, repetition, depth);
        return new SchemaNode(NodeKind.Struct, element, fields, definition, repetition, first.._leaves);
    }

    private SchemaNode Leaf(int definition, int repetition)
    {
        var element = elements[_next++];
        if (element.Type is null || !Enum.IsDefined(element.Type.Value))
        {
            throw new CorruptDataException($"column '{element.Name}' has no physical type that is known");
        }

        if (element.Type == PhysicalType.FixedLenByteArray && element.TypeLength < 0)
        {
            throw new CorruptDataException($"column '{element.Name}' has values of {element.TypeLength} bytes");
        }

        return new SchemaNode(NodeKind.Leaf, element, [], definition, repetition, _leaves..++_leaves);
    }

    private SchemaNode[] Fields(int definition, int repetition, int depth)
    {
        var count = elements[_next++].Children;
        return Enumerable.Range(0, count).Select(_ => Node(definition, repetition, depth + 1)).ToArray();
    }

    private SchemaNode List(SchemaElement element, int definition, int repetition, Func<SchemaNode> readElement)
    {
        var first = _leaves;
        var child = readElement();
        return new SchemaNode(NodeKind.List, element, [child], definition, repetition + 1, first.._leaves);
    }

    /// <summary>
    /// The repeated group within a list usually only wraps the element; in old layouts it is the element: when it is no group, has several
    /// fields, a repeated one, or a name that says so.
    /// </summary>
    private SchemaNode ListElement(SchemaElement list, int definition, int repetition, int depth)
    {
        var repeated = elements[_next];
        var isElement = repeated.Children != 1 || repeated.Name == "array" || repeated.Name == list.Name + "_tuple"
            || (_next + 1 < elements.Count && elements[_next + 1].Repetition == Repetition.Repeated);
        if (isElement)
        {
            return Body(definition, repetition, depth);
        }

        _next++;
        return Node(definition, repetition, depth);
    }

    private SchemaNode Map(SchemaElement element, int definition, int repetition, int depth)
    {
        var first = _leaves;
        var keyAndValue = Fields(definition + 1, repetition + 1, depth);
        return new SchemaNode(NodeKind.Map, element, keyAndValue, definition, repetition + 1, first.._leaves);
    }
}

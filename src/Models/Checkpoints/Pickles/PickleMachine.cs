using static Harness.Models.Checkpoints.Pickles.PickleOpcode;

namespace Harness.Models.Checkpoints.Pickles;

/// <summary>
/// Runs a pickle as far as it builds plain data: None, truth values, numbers (long, BigInteger, double), texts, bytes, tuples (object?[]), lists,
/// dictionaries, and torch's tensors. Every other name or instruction is refused before it could do anything.
/// </summary>
/// <param name="reader">Stands at the pickle's first byte, and after <see cref="Run"/> behind its last.</param>
/// <param name="storage">Makes a storage of the tuple that stands for it in the file.</param>
internal sealed class PickleMachine(PickleReader reader, Func<PickleReader, object?[], PickledStorage> storage)
{
    private readonly Dictionary<long, object?> _memo = [];
    private readonly Stack<List<object?>> _below = [];
    private List<object?> _stack = [];

    /// <summary>The pickled object.</summary>
    /// <exception cref="InputException">The pickle is damaged, or asks for more than data.</exception>
    public object? Run()
    {
        while (true)
        {
            var opcode = reader.Opcode();
            if (opcode == Stop)
            {
                return Pop();
            }

            if (!Literal(opcode) && !Container(opcode) && !Memory(opcode) && !Structure(opcode))
            {
                throw Enum.IsDefined(opcode) ? reader.Refused("what is no plain data") : reader.Damaged("there is no such instruction");
            }
        }
    }

    private bool Literal(PickleOpcode opcode)
    {
        object? value;
        switch (opcode)
        {
            case None: value = null; break;
            case Newtrue: value = true; break;
            case Newfalse: value = false; break;
            case Binint: value = (long)reader.Int32(); break;
            case Binint1: value = (long)reader.Byte(); break;
            case Binint2: value = (long)reader.UInt16(); break;
            case Int or Long: value = reader.DecimalInteger(); break;
            case Long1: value = reader.Integer(reader.Byte()); break;
            case Long4: value = reader.Integer(reader.Int32()); break;
            case Float: value = reader.DecimalDouble(); break;
            case Binfloat: value = reader.BigEndianDouble(); break;
            case PickleOpcode.String: value = reader.QuotedLine(); break;
            case Unicode: value = reader.PlainLine(); break;
            case ShortBinstring or ShortBinunicode: value = reader.Text(reader.Byte()); break;
            case Binstring or Binunicode: value = reader.Text(reader.UInt32()); break;
            case Binunicode8: value = reader.Text(reader.Int64()); break;
            case ShortBinbytes: value = reader.Bytes(reader.Byte()); break;
            case Binbytes: value = reader.Bytes(reader.UInt32()); break;
            case Binbytes8 or Bytearray8: value = reader.Bytes(reader.Int64()); break;
            default: return false;
        }

        Push(value);
        return true;
    }

    private bool Container(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case EmptyTuple: Push(Array.Empty<object?>()); break;
            case EmptyList: Push(new List<object?>()); break;
            case EmptyDict: Push(new PickledDictionary()); break;
            case Tuple1: Push(PopMany(1)); break;
            case Tuple2: Push(PopMany(2)); break;
            case Tuple3: Push(PopMany(3)); break;
            case PickleOpcode.Tuple: Push(PopToMark().ToArray()); break;
            case List: Push(PopToMark()); break;
            case Dict: Push(Fill(new PickledDictionary(), PopToMark())); break;
            case Append: Extend(PopMany(1)); break;
            case Appends: Extend(PopToMark()); break;
            case Setitem: Set(PopMany(2)); break;
            case Setitems: Set(PopToMark()); break;
            default: return false;
        }

        return true;
    }

    private bool Memory(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case Put when reader.DecimalInteger() is long place: _memo[place] = Peek(); break;
            case Binput: _memo[reader.Byte()] = Peek(); break;
            case LongBinput: _memo[reader.UInt32()] = Peek(); break;
            case Memoize: _memo[_memo.Count] = Peek(); break;
            case Get when reader.DecimalInteger() is long place: Recall(place); break;
            case Binget: Recall(reader.Byte()); break;
            case LongBinget: Recall(reader.UInt32()); break;
            default: return false;
        }

        return true;
    }

    private bool Structure(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case Proto: reader.Byte(); break;
            case Frame: reader.Int64(); break;
            case PopMark: PopToMark(); break;
            case PickleOpcode.Pop when _stack.Count == 0: PopToMark(); break;
            case PickleOpcode.Pop: Pop(); break;
            case Dup: Push(Peek()); break;
            case Mark: _below.Push(_stack); _stack = []; break;
            case Global: Push(Find(reader.Line(), reader.Line())); break;
            case Inst: throw reader.Refused($"'{reader.Line()}.{reader.Line()}'");
            case StackGlobal when PopMany(2) is [string module, string name]: Push(Find(module, name)); break;
            case Binpersid: Push(Pop() is object?[] id ? storage(reader, id) : throw reader.Refused("an object outside the file")); break;
            case Reduce: Push(Call(PopMany(2))); break;
            // the state of an ordered dictionary or a tensor is its attributes, which are no data of the model
            case Build when PopMany(1) is var _ && Peek() is PickledDictionary or PickledTensor: break;
            default: return false;
        }

        return true;
    }

    private PickledGlobal Find(string module, string name) => PickledGlobal.Find(module, name) ?? throw reader.Refused($"'{module}.{name}'");

    private object Call(object?[] operands)
    {
        if (operands is not [PickledGlobal { Call: { } call } global, object?[] arguments])
        {
            throw reader.Refused(operands[0] is PickledGlobal { Name: var name } ? $"a call of '{name}'" : "a call of a thing that is no function");
        }

        return call(arguments) ?? throw reader.Damaged($"the arguments of '{global.Name}' describe no tensor within its storage");
    }

    private void Recall(long place) => Push(_memo.TryGetValue(place, out var value) ? value : throw reader.Damaged($"nothing was kept as number {place}"));

    private void Extend(IEnumerable<object?> values) => (Peek() as List<object?> ?? throw reader.Damaged("it appends to no list")).AddRange(values);

    private void Set(IReadOnlyList<object?> flat) => Fill(Peek() as PickledDictionary ?? throw reader.Damaged("it sets a key of no dictionary"), flat);

    private PickledDictionary Fill(PickledDictionary dictionary, IReadOnlyList<object?> flat)
    {
        if (flat.Count % 2 != 0)
        {
            throw reader.Damaged("a key has no value");
        }

        for (var i = 0; i < flat.Count; i += 2)
        {
            dictionary.Set(flat[i], flat[i + 1]);
        }

        return dictionary;
    }

    // arguments are evaluated before the stack that they may exchange
    private void Push(object? value) => _stack.Add(value);

    private object? Peek() => _stack.Count > 0 ? _stack[^1] : throw reader.Damaged("its stack is empty");

    private object? Pop() => PopMany(1)[0];

    private object?[] PopMany(int count)
    {
        if (_stack.Count < count)
        {
            throw reader.Damaged("its stack is empty");
        }

        var values = _stack[^count..].ToArray();
        _stack.RemoveRange(_stack.Count - count, count);
        return values;
    }

    private List<object?> PopToMark()
    {
        var values = _stack;
        _stack = _below.TryPop(out var below) ? below : throw reader.Damaged("it has no mark");
        return values;
    }
}

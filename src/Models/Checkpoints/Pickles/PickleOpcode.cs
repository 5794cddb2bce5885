using System.Text.Json;

namespace Harness.Models.Checkpoints.Pickles;

/// <summary>The instructions of Python's pickle format, protocols 0 to 5 (Lib/pickle.py).</summary>
internal enum PickleOpcode : byte
{
    Mark = (byte)'(', Stop = (byte)'.', Pop = (byte)'0', PopMark = (byte)'1', Dup = (byte)'2', Float = (byte)'F', Int = (byte)'I', Binint = (byte)'J',
    Binint1 = (byte)'K', Long = (byte)'L', Binint2 = (byte)'M', None = (byte)'N', Persid = (byte)'P', Binpersid = (byte)'Q', Reduce = (byte)'R',
    String = (byte)'S', Binstring = (byte)'T', ShortBinstring = (byte)'U', Unicode = (byte)'V', Binunicode = (byte)'X', Append = (byte)'a',
    Build = (byte)'b', Global = (byte)'c', Dict = (byte)'d', Appends = (byte)'e', Get = (byte)'g', Binget = (byte)'h', Inst = (byte)'i',
    LongBinget = (byte)'j', List = (byte)'l', Obj = (byte)'o', Put = (byte)'p', Binput = (byte)'q', LongBinput = (byte)'r', Setitem = (byte)'s',
    Tuple = (byte)'t', Setitems = (byte)'u', Binfloat = (byte)'G', EmptyTuple = (byte)')', EmptyList = (byte)']', EmptyDict = (byte)'}',
    Binbytes = (byte)'B', ShortBinbytes = (byte)'C',
    Proto = 0x80, Newobj, Ext1, Ext2, Ext4, Tuple1, Tuple2, Tuple3, Newtrue, Newfalse, Long1, Long4,
    ShortBinunicode, Binunicode8, Binbytes8, EmptySet, Additems, Frozenset, NewobjEx, StackGlobal, Memoize, Frame, Bytearray8, NextBuffer, ReadonlyBuffer,
}

/// <summary>How messages name opcodes.</summary>
internal static class PickleOpcodes
{
    /// <summary>Python's name, SHORT_BINUNICODE, or the byte where Python has none.</summary>
    public static string Name(this PickleOpcode opcode) =>
        Enum.IsDefined(opcode) ? JsonNamingPolicy.SnakeCaseUpper.ConvertName(opcode.ToString()) : $"0x{(byte)opcode:x2}";
}

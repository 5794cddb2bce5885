using TorchSharp.Native;
using static TorchSharp.torch;

namespace TorchSharp;

public static partial class Fused
{
    /// <summary>Some rows of a table, as <see cref="Tensor.index_select"/>. Where the table learns, going back with <see cref="Tensor.backward"/> adds their gradients to the one it has, with no tensor of its size in between.</summary>
    /// <param name="table">[rows, width]</param>
    /// <param name="ids">[n], int64, on the table's device</param>
    /// <returns>[n, width]</returns>
    public static Tensor TableRows(Tensor table, Tensor ids) =>
        Takes("harness::table_rows", table) && Records(table) ? Operator.Call("harness::table_rows", table, ids) : table.index_select(0, ids);
}

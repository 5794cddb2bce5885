using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;

namespace TorchSharp.Native;

/// <summary>
/// An operator of PyTorch's dispatcher: <c>Operator.Get("add.Tensor")</c> is <c>aten::add</c>, overload <c>Tensor</c>; a name with <c>::</c> keeps its namespace.
/// Arguments come in schema order; those left out at the end take the schema's defaults.
/// </summary>
internal sealed unsafe class Operator
{
    private static readonly ConcurrentDictionary<string, Operator> Found = new();

    private readonly string _name;
    private readonly IntPtr _handle;

    private Operator(string name, IntPtr handle)
    {
        _name = name;
        _handle = handle;
    }

    /// <exception cref="MissingMethodException">The libtorch at hand has no such operator.</exception>
    internal static Operator Get(string name) => TryGet(name) ?? throw new MissingMethodException($"{Qualified(name)} does not exist in libtorch {torch.__version__}.");

    /// <summary>Null where the libtorch at hand has no such operator.</summary>
    internal static Operator? TryGet(string name)
    {
        if (!Found.TryGetValue(name, out var known))
        {
            var qualified = Qualified(name);
            var dot = qualified.IndexOf('.');
            LibTorch.Check(LibTorch.ht_find_operator(dot < 0 ? qualified : qualified[..dot], dot < 0 ? "" : qualified[(dot + 1)..], out var handle), qualified);
            known = Found[name] = new Operator(qualified, handle);
        }

        return known._handle == IntPtr.Zero ? null : known;
    }

    private static string Qualified(string name) => name.Contains("::") ? name : "aten::" + name;

    /// <summary>Calls an operator that returns one tensor.</summary>
    internal static torch.Tensor Call(string name, params ReadOnlySpan<Argument> arguments) => Get(name).Invoke(arguments);

    internal torch.Tensor Invoke(params ReadOnlySpan<Argument> arguments)
    {
        Span<Value> results = stackalloc Value[1];
        Run(arguments, results, 1);
        return new torch.Tensor(results[0].Pointer);
    }

    /// <summary>Calls an operator that returns several tensors, or a list of them.</summary>
    internal static torch.Tensor[] CallMany(string name, params ReadOnlySpan<Argument> arguments)
    {
        Span<Value> results = stackalloc Value[8];
        var count = Get(name).Run(arguments, results, 8);
        if (count != 1 || results[0].Tag != Tag.TensorList)
        {
            return results[..count].ToArray().Select(result => new torch.Tensor(result.Pointer)).ToArray();
        }

        var handles = new ReadOnlySpan<IntPtr>((void*)results[0].Pointer, (int)results[0].Length).ToArray();
        LibTorch.ht_free(results[0].Pointer);
        return handles.Select(handle => new torch.Tensor(handle)).ToArray();
    }

    /// <summary>Calls an operator that changes its first argument and returns it.</summary>
    internal static torch.Tensor CallInPlace(string name, torch.Tensor self, params ReadOnlySpan<Argument> rest)
    {
        Span<Argument> arguments = new Argument[rest.Length + 1];
        arguments[0] = self;
        rest.CopyTo(arguments[1..]);
        Span<Value> results = stackalloc Value[1];
        if (Get(name).Run(arguments, results, 1) == 1 && results[0].Tag == Tag.Tensor && results[0].Pointer != IntPtr.Zero)
        {
            LibTorch.ht_release(results[0].Pointer);
        }

        return self;
    }

    /// <summary>Calls an operator that returns a plain number or flag.</summary>
    internal static double CallNumber(string name, params ReadOnlySpan<Argument> arguments)
    {
        Span<Value> results = stackalloc Value[1];
        Get(name).Run(arguments, results, 1);
        return results[0].Tag == Tag.Double ? results[0].Double : results[0].Int;
    }

    private int Run(ReadOnlySpan<Argument> arguments, Span<Value> results, int capacity)
    {
        // Lists and texts are copied behind the values, so nothing of the managed heap need be pinned.
        var extra = 0;
        foreach (ref readonly var argument in arguments)
        {
            extra += argument.Reference switch
            {
                Array list => list.Length * 8,
                string text => Encoding.UTF8.GetMaxByteCount(text.Length),
                _ => 0,
            };
        }

        var values = stackalloc Value[arguments.Length];
        using var rented = extra > 2048 ? new NativeBlock(extra) : default;
        var stack = stackalloc byte[extra > 2048 ? 0 : extra];
        var free = extra > 2048 ? (byte*)rented.Pointer : stack;
        var held = 0;
        try
        {
            for (; held < arguments.Length; held++)
            {
                free = Lower(arguments[held], ref values[held], free);
            }

            fixed (Value* result = results)
            {
                LibTorch.Check(LibTorch.ht_call(_handle, values, arguments.Length, result, capacity, out var produced), _name);
                return produced;
            }
        }
        finally
        {
            for (var i = 0; i < held; i++)
            {
                Unhold(arguments[i]);
            }
        }
    }

    private static byte* Lower(in Argument argument, ref Value value, byte* free)
    {
        value = new Value { Tag = argument.Tag, Int = argument.Bits };
        switch (argument.Reference)
        {
            case torch.Tensor tensor:
                value.Pointer = tensor.Hold();
                return free;
            case torch.Tensor[] tensors:
                value.Pointer = (IntPtr)free;
                value.Length = tensors.Length;
                for (var i = 0; i < tensors.Length; i++)
                {
                    ((IntPtr*)free)[i] = tensors[i]?.Hold() ?? IntPtr.Zero;
                }

                return free + tensors.Length * 8;
            case long[] or double[]:
                var list = (Array)argument.Reference;
                value.Pointer = (IntPtr)free;
                value.Length = list.Length;
                MemoryMarshal.CreateSpan(ref MemoryMarshal.GetArrayDataReference(list), list.Length * 8).CopyTo(new Span<byte>(free, list.Length * 8));
                return free + list.Length * 8;
            case string text:
                value.Pointer = (IntPtr)free;
                value.Length = Encoding.UTF8.GetBytes(text, new Span<byte>(free, Encoding.UTF8.GetMaxByteCount(text.Length)));
                return free + value.Length;
            default:
                return free;
        }
    }

    private static void Unhold(in Argument argument)
    {
        switch (argument.Reference)
        {
            case torch.Tensor tensor:
                tensor.Unhold();
                break;
            case torch.Tensor[] tensors:
                foreach (var tensor in tensors)
                {
                    tensor?.Unhold();
                }

                break;
        }
    }

    private readonly struct NativeBlock(int bytes) : IDisposable
    {
        internal IntPtr Pointer { get; } = (IntPtr)NativeMemory.Alloc((nuint)bytes);

        public void Dispose() => NativeMemory.Free((void*)Pointer);
    }
}

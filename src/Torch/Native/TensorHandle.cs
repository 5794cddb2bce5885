using System.Runtime.InteropServices;

namespace TorchSharp.Native;

/// <summary>Owns one reference to a tensor of libtorch.</summary>
internal sealed class TensorHandle : SafeHandle
{
    internal static long Live;
    internal static long Peak;

    internal TensorHandle(IntPtr tensor)
        : base(IntPtr.Zero, ownsHandle: true)
    {
        SetHandle(tensor);
        var live = Interlocked.Increment(ref Live);
        if (live > Volatile.Read(ref Peak))
        {
            Volatile.Write(ref Peak, live);
        }
    }

    public override bool IsInvalid => handle == IntPtr.Zero;

    protected override bool ReleaseHandle()
    {
        Interlocked.Decrement(ref Live);
        LibTorch.ht_release(handle);
        return true;
    }
}

namespace Harness.Models.Tokenizers.Algorithms;

/// <summary>A binary heap of keys; equal keys may stand in it more than once.</summary>
internal sealed class MinHeap
{
    private ulong[] keys = new ulong[64];
    private int count;

    /// <summary>Adds a key.</summary>
    public void Push(ulong key)
    {
        if (count == keys.Length)
        {
            Array.Resize(ref keys, 2 * count);
        }

        var at = count++;
        while (at > 0 && keys[(at - 1) / 2] > key)
        {
            keys[at] = keys[(at - 1) / 2];
            at = (at - 1) / 2;
        }

        keys[at] = key;
    }

    /// <summary>Takes the smallest key; false when there is none.</summary>
    public bool TryPop(out ulong smallest)
    {
        if (count == 0)
        {
            smallest = 0;
            return false;
        }

        smallest = keys[0];
        var moved = keys[--count];
        var at = 0;
        for (var child = 1; child < count; child = 2 * at + 1)
        {
            child += child + 1 < count && keys[child + 1] < keys[child] ? 1 : 0;
            if (keys[child] >= moved)
            {
                break;
            }

            keys[at] = keys[child];
            at = child;
        }

        keys[at] = moved;
        return true;
    }
}

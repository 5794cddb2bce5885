namespace Harness.Models.Tokenizers.Algorithms;

/// <summary>A binary heap of keys; equal keys may stand in it more than once.</summary>
internal sealed class MinHeap
{
    private ulong[] _keys = new ulong[64];
    private int _count;

    /// <summary>Adds a key.</summary>
    public void Push(ulong key)
    {
        if (_count == _keys.Length)
        {
            Array.Resize(ref _keys, 2 * _count);
        }

        var at = _count++;
        while (at > 0 && _keys[(at - 1) / 2] > key)
        {
            _keys[at] = _keys[(at - 1) / 2];
            at = (at - 1) / 2;
        }

        _keys[at] = key;
    }

    /// <summary>Takes the smallest key; false when there is none.</summary>
    public bool TryPop(out ulong smallest)
    {
        if (_count == 0)
        {
            smallest = 0;
            return false;
        }

        smallest = _keys[0];
        var moved = _keys[--_count];
        var at = 0;
        for (var child = 1; child < _count; child = 2 * at + 1)
        {
            child += child + 1 < _count && _keys[child + 1] < _keys[child] ? 1 : 0;
            if (_keys[child] >= moved)
            {
                break;
            }

            _keys[at] = _keys[child];
            at = child;
        }

        _keys[at] = moved;
        return true;
    }
}

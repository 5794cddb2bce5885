namespace TorchSharp;

/// <summary>
/// Owns the tensors that this thread makes while it is the innermost scope, and disposes them with itself.
/// <c>tensor.MoveToOuterDisposeScope()</c> lets a result live on.
/// </summary>
public sealed class DisposeScope : IDisposable
{
    [ThreadStatic] private static DisposeScope? Current;

    private readonly HashSet<torch.Tensor> _tensors = new(ReferenceEqualityComparer.Instance);
    private readonly DisposeScope? _outer;
    private bool _closed;

    internal DisposeScope()
    {
        _outer = Current;
        Current = this;
    }

    internal static DisposeScope? Innermost => Current;

    /// <summary>The tensors this scope would dispose now.</summary>
    public int DisposablesCount => _tensors.Count;

    internal void Include(torch.Tensor tensor)
    {
        _tensors.Add(tensor);
        tensor.Scope = this;
    }

    internal void Exclude(torch.Tensor tensor)
    {
        _tensors.Remove(tensor);
        tensor.Scope = null;
    }

    /// <summary>Hands a tensor to the scope around this one, or to nobody where there is none.</summary>
    public T MoveToOuter<T>(T disposable)
        where T : torch.Tensor
    {
        Exclude(disposable);
        _outer?.Include(disposable);
        return disposable;
    }

    /// <summary>Takes a tensor out of every scope: its holder disposes it.</summary>
    public T Detach<T>(T disposable)
        where T : torch.Tensor
    {
        Exclude(disposable);
        return disposable;
    }

    public void Dispose()
    {
        if (_closed)
        {
            return;
        }

        _closed = true;
        foreach (var tensor in _tensors)
        {
            tensor.Scope = null;
            tensor.Dispose();
        }

        _tensors.Clear();
        if (ReferenceEquals(Current, this))
        {
            Current = _outer;
        }
    }
}

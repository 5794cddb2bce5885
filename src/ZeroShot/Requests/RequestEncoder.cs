using Harness.Models.Tokenizers;
using Harness.ZeroShot.Documents;

namespace Harness.ZeroShot.Requests;

/// <summary>
/// From text to ids as lm-evaluation-harness does it: white space at the end of a context moves to the continuation, context and continuation are encoded as one, and what
/// is beyond the context's own length is the continuation. What is longer than the window loses tokens on the left.
/// </summary>
/// <param name="window">The most tokens that the model reads.</param>
public sealed class RequestEncoder(Tokenizer tokenizer, ZeroShotProtocol protocol, int window)
{
    private (string Text, int[] Ids)? _last;

    /// <summary>The most tokens that the model reads.</summary>
    public int Window => window;

    /// <summary>The requests of a document, one for each choice.</summary>
    /// <exception cref="InputException">A choice that cannot be asked about; <paramref name="place"/> begins the sentence.</exception>
    public IReadOnlyList<Request> Encode(string place, Document document) => [.. document.Choices.Select(choice => Encode(place, choice))];

    /// <summary>One request.</summary>
    /// <inheritdoc cref="Encode(string, Document)"/>
    public Request Encode(string place, Choice choice)
    {
        var (context, continuation) = choice.Context.Length == 0 ? ([TextEnd(place)], Ids(choice.Continuation, isWhole: false)) : Pair(choice);
        if (context.Length == 0)
        {
            throw new InputException($"{place}: the context is white space alone, which leaves no token to begin with. Remove the row.");
        }

        if (continuation.Length > window)
        {
            throw new InputException($"{place}: a choice has {continuation.Length} tokens, more than the window of {window}. Use a longer --length or remove the row.");
        }

        int[] whole = [.. context, .. continuation];
        var end = Math.Max(0, whole.Length - 1);
        return new Request(whole[Math.Max(0, end - window)..end], continuation, context.Length, end > window);
    }

    private (int[] Context, int[] Continuation) Pair(Choice choice)
    {
        var end = PythonSpace.StripEnd(choice.Context);
        var context = choice.Context[..end];
        if (_last?.Text != context)
        {
            _last = (context, Ids(context, isWhole: true));
        }

        var whole = Ids(choice.Context + choice.Continuation, isWhole: true);
        return (_last.Value.Ids, whole[Math.Min(whole.Length, _last.Value.Ids.Length)..]);
    }

    private int[] Ids(string text, bool isWhole) => tokenizer.Encode(text, isWhole && protocol.AddsSpecialTokens);

    /// <summary>What stands for an empty context: the token that ends a text; where the protocol has special tokens, the one that begins it, if there is one.</summary>
    private int TextEnd(string place) => (protocol.AddsSpecialTokens ? tokenizer.BosId ?? tokenizer.EosId : tokenizer.EosId)
        ?? throw new InputException($"{place}: the context is empty, and the tokenizer names no token that ends a text (eos_token) to stand for it. Name one in tokenizer_config.json.");
}

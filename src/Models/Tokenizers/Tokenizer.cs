using System.Runtime.InteropServices;
using Harness.Data;
using Harness.Models.Tokenizers.Formats;
using Harness.Models.Tokenizers.PreTokenizers;

namespace Harness.Models.Tokenizers;

/// <summary>
/// Text to token ids and back, exactly as the original library does it for the same files: <c>tokenizer.json</c> as Hugging Face tokenizers,
/// a SentencePiece <c>tokenizer.model</c> as transformers' LlamaTokenizer, <c>vocab.json</c> with <c>merges.txt</c> as its GPT2Tokenizer or
/// Qwen2Tokenizer, tiktoken's files as Llama 3 and Qwen 1 use them. Padding and truncation are no part of encoding and left to the caller.
/// Safe from many threads.
/// </summary>
public sealed class Tokenizer : ITextEncoder
{
    private readonly TokenizerParts _parts;
    private readonly AddedTokenSplitter _verbatim;
    private readonly AddedTokenSplitter _normalized;
    private readonly Growth _growth;

    internal Tokenizer(TokenizerParts parts, string contentKey)
    {
        _parts = parts;
        ContentKey = contentKey;
        _verbatim = new(parts.Added.Where(token => !token.Normalized).Select(token => (token, token.Content)));
        _normalized = new(parts.Added.Where(token => token.Normalized).Select(token => (token, parts.Normalizer.Normalize(token.Content))));
        _growth = parts.Growth();
    }

    /// <inheritdoc/>
    public string ContentKey { get; }

    /// <summary>Number of tokens, added ones included.</summary>
    public int VocabularySize => _parts.Vocabulary.Count;

    /// <summary>The id of the token that begins a text, where the folder names one.</summary>
    public int? BosId => _parts.BosId;

    /// <summary>The id of the token that ends a text, where the folder names one.</summary>
    public int? EosId => _parts.EosId;

    /// <summary>Reads the tokenizer of a checkpoint folder: tokenizer.json, else tokenizer.model, else qwen.tiktoken, else vocab.json with merges.txt.</summary>
    /// <exception cref="InputException">There is none, or it is damaged, or it asks for something unknown.</exception>
    public static Tokenizer Load(string modelFolder)
    {
        var folder = new TokenizerFolder(modelFolder);
        if (folder.Has("tokenizer.json"))
        {
            return new Tokenizer(TokenizerJson.Read(folder), folder.ContentKey());
        }

        if (folder.Has("tokenizer.model"))
        {
            return new Tokenizer(TiktokenFile.Is(folder.Use("tokenizer.model")) ? TiktokenFile.ReadLlama3(folder) : LlamaModel.Read(folder), folder.ContentKey());
        }

        if (folder.Has(TiktokenFile.QwenName))
        {
            return new Tokenizer(TiktokenFile.ReadQwen(folder), folder.ContentKey());
        }

        if (folder.Has("vocab.json") && folder.Has("merges.txt"))
        {
            return new Tokenizer(VocabularyAndMerges.Read(folder), folder.ContentKey());
        }

        throw new InputException($"{modelFolder} holds no tokenizer: expected tokenizer.json, tokenizer.model, qwen.tiktoken, or vocab.json with merges.txt.");
    }

    /// <inheritdoc/>
    public int[] Encode(string text, bool addSpecialTokens = true)
    {
        var ids = new List<int>(text.Length / 4 + 8);
        if (addSpecialTokens)
        {
            ids.AddRange(_parts.Frame.Prefix);
        }

        text = _parts.Preparation.Normalize(text);
        var start = ids.Count;
        foreach (var (part, token) in _verbatim.Split(text))
        {
            if (token is not null)
            {
                ids.Add(token.Id);
                continue;
            }

            EncodeNormalized(_parts.Normalizer.Normalize(text.Substring(part.Start, part.Length)), part.Start == 0, ids);
        }

        if (_parts.DropsMarkBefore(CollectionsMarshal.AsSpan(ids)[start..]))
        {
            ids.RemoveAt(start);
        }

        if (addSpecialTokens)
        {
            ids.AddRange(_parts.Frame.Suffix);
        }

        return [.. ids];
    }

    /// <summary>The text that ids stand for.</summary>
    /// <exception cref="InputException">An id is not in the vocabulary.</exception>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = true)
    {
        var tokens = new List<string>(ids.Length);
        foreach (var id in ids)
        {
            var token = Token(id);
            if (!skipSpecialTokens || !_parts.LeftOut.Contains(id))
            {
                tokens.Add(token);
            }
        }

        return string.Concat(_parts.Decoder.Decode(tokens));
    }

    /// <summary>How a token is written in the vocabulary.</summary>
    /// <exception cref="InputException">The id is not in the vocabulary.</exception>
    public string Token(int id) => _parts.Vocabulary.Token(id)
        ?? throw new InputException($"Token id {id} is not in the vocabulary of {VocabularySize} tokens; do ids and tokenizer belong together?");

    /// <inheritdoc/>
    public long MaxTokens(long utf8Bytes) => _growth.Factor * utf8Bytes + _growth.Extra + _parts.Frame.Prefix.Length + _parts.Frame.Suffix.Length;

    private void EncodeNormalized(string text, bool startsText, List<int> ids)
    {
        foreach (var (part, token) in _normalized.Split(text))
        {
            if (token is not null)
            {
                ids.Add(token.Id);
                continue;
            }

            var words = _parts.PreTokenizer.Split(Words.Whole(text.Substring(part.Start, part.Length), startsText && part.Start == 0));
            foreach (var word in words.Parts)
            {
                _parts.Model.Encode(words.Text.AsSpan(word.Start, word.Length), ids);
            }
        }
    }
}

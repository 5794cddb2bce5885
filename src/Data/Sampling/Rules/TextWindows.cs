namespace Harness.Data.Sampling;

/// <summary>Samples that start anywhere in a text that was tokenised as a whole.</summary>
internal static class TextWindows
{
    public static CalibrationSet Draw(string name, int[] tokens, CalibrationRequest request)
    {
        if (tokens.Length <= request.Length)
        {
            throw new InputException(
                $"{name} has {tokens.Length} tokens; samples of {request.Length} need more than {request.Length}. Use a shorter length or a longer text.");
        }

        var random = new PythonRandom(request.Seed);
        var ids = new int[request.Samples * request.Length];
        var draws = new Draw[request.Samples];
        for (var sample = 0; sample < draws.Length; sample++)
        {
            var start = (int)random.Int(0, tokens.Length - request.Length - 1);
            tokens.AsSpan(start, request.Length).CopyTo(ids.AsSpan(sample * request.Length));
            draws[sample] = new Draw(null, tokens.Length, start, 0);
        }

        return new CalibrationSet(ids, request.Length, draws);
    }
}

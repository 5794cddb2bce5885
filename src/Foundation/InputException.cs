namespace Harness;

/// <summary>
/// What the user gave cannot be used: an option, a file, a checkpoint, a corpus. The message is one sentence that says
/// what was found, what was expected and what to do; the program prints it and exits with code 2.
/// </summary>
public class InputException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A disk is full: whatever else would be written there would fail too, so the work as a whole ends.</summary>
public sealed class FullDiskException(string message, Exception? inner = null) : InputException(message, inner);

// Processes and how the build ends. A failing command's exit code is the build's: 1 a gate failed, 2 wrong input.

/// Runs a program on this terminal and ends the build with its exit code when that is not 0.
void Run(string program, params string[] arguments)
{
    int code = TryRun(program, arguments);
    if (code != 0)
        Environment.Exit(code);
}

int TryRun(string program, params string[] arguments)
{
    using var process = System.Diagnostics.Process.Start(program, arguments);
    process.WaitForExit();
    return process.ExitCode;
}

/// Runs a program for what it prints, which is shown only when it fails.
string Output(string program, params string[] arguments)
{
    var output = new System.Text.StringBuilder();
    using var process = new System.Diagnostics.Process
    {
        StartInfo = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true },
    };
    process.OutputDataReceived += (_, line) => { lock (output) output.AppendLine(line.Data); };
    process.ErrorDataReceived += (_, line) => { lock (output) output.AppendLine(line.Data); };
    process.Start();
    process.BeginOutputReadLine();
    process.BeginErrorReadLine();
    process.WaitForExit();
    string text = output.ToString().Trim();
    return process.ExitCode == 0 ? text : Stop(process.ExitCode, text);
}

/// Ends the build with a sentence on standard error.
string Stop(int code, string sentence)
{
    Console.Error.WriteLine(sentence);
    Environment.Exit(code);
    throw new InvalidOperationException(sentence);
}

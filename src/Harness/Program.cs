using Harness.Cli;

using var signals = new StopSignals();
using var output = Output.OfConsole();
return Application.Run(args, new Session(output, signals.Token)) is var code && signals.Code is { } signalled ? signalled : code;

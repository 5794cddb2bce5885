global using Harness.Tests.Shared;
global using static TorchSharp.torch;

global using Harness.Tests.Shared;
global using TorchSharp;
global using static TorchSharp.torch;

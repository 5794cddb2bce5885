// The one place where the engine is named: TorchSharp's names, from src/Torch or from the package (-p:Engine=TorchSharp).
global using TorchSharp;
global using static TorchSharp.torch;

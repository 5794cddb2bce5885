global using Harness.Tests.Shared;

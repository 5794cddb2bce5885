using Harness.Cli.Llmc;

namespace Harness.Tests.Llmc;

public sealed class YamlJsonTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("a: 42", """{"a":42}""")]
    [InlineData("a: -1_000", """{"a":-1000}""")]
    [InlineData("a: 0.5", """{"a":0.5}""")]
    [InlineData("a: .25", """{"a":0.25}""")]
    [InlineData("a: 1.5e-4", """{"a":0.00015}""")]
    [InlineData("a: 1e-4", """{"a":"1e-4"}""")]
    [InlineData("a: 2:4", """{"a":"2:4"}""")]
    [InlineData("a: 007", """{"a":"007"}""")]
    [InlineData("a: True", """{"a":true}""")]
    [InlineData("a: off", """{"a":false}""")]
    [InlineData("a: '42'", """{"a":"42"}""")]
    [InlineData("a: \"no\"", """{"a":"no"}""")]
    [InlineData("a:", """{"a":null}""")]
    [InlineData("a: [b, 1, ~] # c", """{"a":["b",1,null]}""")]
    [InlineData("a: &x 3\nb: *x", """{"a":3,"b":3}""")]
    [InlineData("a: &x {b: 1}\nc:\n  <<: *x\n  d: 2", """{"a":{"b":1},"c":{"b":1,"d":2}}""")]
    public void Types_scalars_as_PyYAML_does(string yaml, string json) => YamlJson.Read(_folder.Write("a.yml", yaml)).ShouldBe(json);

    [Theory]
    [InlineData("a: [1", "line 2")]
    [InlineData("a: 1\na: 2", "line 2")]
    [InlineData("a: *nowhere", "line 1")]
    [InlineData("a: 1\n\tb: 2", "line 1")]
    public void Says_where_a_file_is_no_YAML(string yaml, string where) =>
        Should.Throw<InputException>(() => YamlJson.Read(_folder.Write("a.yml", yaml))).Message.ShouldStartWith($"{_folder["a.yml"]}, {where}, column ");

    [Theory]
    [InlineData("", 0)]
    [InlineData("a: 1\n---\nb: 2", 2)]
    public void Wants_one_document(string yaml, int documents) =>
        Should.Throw<InputException>(() => YamlJson.Read(_folder.Write("a.yml", yaml))).Message.ShouldBe($"{_folder["a.yml"]} holds {documents} YAML documents; one was expected.");

    [Fact]
    public void Says_when_there_is_no_file() => Should.Throw<InputException>(() => YamlJson.Read(_folder["b.yml"])).Message.ShouldEndWith("Give the path of an llmc config.");

    public void Dispose() => _folder.Dispose();
}

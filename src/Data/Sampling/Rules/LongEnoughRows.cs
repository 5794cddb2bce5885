namespace Harness.Data.Sampling;

/// <summary>
/// llmc's <c>c4_gptq</c>: as the papers draw documents, but one of exactly a sample's length is taken.
/// Deviation: llmc's code ends with an error at such a document, as it draws a start from 0 to −1; here it starts at 0, without a draw.
/// </summary>
internal sealed class LongEnoughRows(string name) : SamplingRule(name)
{
    internal override CalibrationSet Draw(SamplingWork work) => new DocumentDraws(work, work.Rows(), least: work.Request.Length).Run();
}

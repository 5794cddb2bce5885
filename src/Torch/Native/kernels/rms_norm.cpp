#include "simd.h"
#include <ATen/ATen.h>
#include <torch/library.h>

namespace harness {
namespace {

HT_CLONES void normalise(const float* x, const float* weight, float* y, int64_t rows, int64_t width, float eps) {
  for (int64_t row = 0; row < rows; row++, x += width, y += width) {
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t i = 0; i < width; i++) sum += x[i] * x[i];
    const float scale = 1.0f / std::sqrt(sum / static_cast<float>(width) + eps);
#pragma omp simd
    for (int64_t i = 0; i < width; i++) y[i] = x[i] * scale * weight[i];
  }
}

at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& weight, double eps) {
  const auto width = x.size(-1);
  TORCH_CHECK(weight.dim() == 1 && weight.size(0) == width, "weight has ", weight.numel(), " elements; the rows of x have ", width);
  const auto input = x.contiguous(), scales = weight.contiguous();
  auto output = at::empty_like(input);
  for_rows(width == 0 ? 0 : input.numel() / width, width, [&](int64_t first, int64_t last) {
    normalise(input.data_ptr<float>() + first * width, scales.data_ptr<float>(), output.data_ptr<float>() + first * width, last - first, width, static_cast<float>(eps));
  });
  return output;
}

TORCH_LIBRARY_FRAGMENT(harness, m) { m.def("rms_norm(Tensor x, Tensor weight, float eps) -> Tensor", torch::dispatch(c10::DispatchKey::CPU, rms_norm)); }

}  // namespace
}  // namespace harness

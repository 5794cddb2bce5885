#include "simd.h"
#include <ATen/ATen.h>
#include <torch/library.h>

namespace harness {
namespace {

HT_CLONES void gate_row(float* __restrict gate, const float* __restrict up, int64_t width) {
#pragma omp simd
  for (int64_t i = 0; i < width; i++) gate[i] = gate[i] / (1.0f + exponential(-gate[i])) * up[i];
}

at::Tensor& silu_mul_(at::Tensor& gate, const at::Tensor& up) {
  TORCH_CHECK(gate.sizes() == up.sizes(), "gate has shape ", gate.sizes(), ", up ", up.sizes());
  const auto width = gate.size(-1);
  const auto to = gate.view({-1, width}), by = up.reshape({-1, width});
  TORCH_CHECK(to.stride(1) == 1 && by.stride(1) == 1, "the rows of gate and up must be contiguous");
  const auto to_data = to.data_ptr<float>();
  const auto by_data = by.data_ptr<float>();
  for_rows(to.size(0), width, [&](int64_t first, int64_t last) {
    for (int64_t row = first; row < last; row++) gate_row(to_data + row * to.stride(0), by_data + row * by.stride(0), width);
  });
  return gate;
}

TORCH_LIBRARY_FRAGMENT(harness, m) { m.def("silu_mul_(Tensor(a!) gate, Tensor up) -> Tensor(a!)", torch::dispatch(c10::DispatchKey::CPU, silu_mul_)); }

}  // namespace
}  // namespace harness

#include "simd.h"
#include <ATen/ATen.h>
#include <torch/library.h>

namespace harness {
namespace {

// The first and the second half of a head's rotated dimensions form the pairs.
HT_CLONES void rotate(float* x, int64_t heads, int64_t head_stride, const float* __restrict cos, const float* __restrict sin, int64_t half) {
  for (int64_t head = 0; head < heads; head++, x += head_stride) {
    float* __restrict low = x;
    float* __restrict high = x + half;
#pragma omp simd
    for (int64_t i = 0; i < half; i++) {
      const float a = low[i], b = high[i];
      low[i] = a * cos[i] - b * sin[i];
      high[i] = b * cos[i] + a * sin[i];
    }
  }
}

// Neighbours form the pairs.
HT_CLONES void rotate_neighbours(float* x, int64_t heads, int64_t head_stride, const float* __restrict cos, const float* __restrict sin, int64_t half) {
  for (int64_t head = 0; head < heads; head++, x += head_stride) {
#pragma omp simd
    for (int64_t i = 0; i < half; i++) {
      const float a = x[2 * i], b = x[2 * i + 1];
      x[2 * i] = a * cos[i] - b * sin[i];
      x[2 * i + 1] = b * cos[i] + a * sin[i];
    }
  }
}

at::Tensor& rotary_(at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin, int64_t offset, bool interleaved) {
  TORCH_CHECK(x.dim() == 4 && x.stride(3) == 1, "x must be [batch, positions, heads, head size] with contiguous heads");
  TORCH_CHECK(cos.dim() == 2 && cos.sizes() == sin.sizes() && cos.size(0) == x.size(1) && offset >= 0 && offset + 2 * cos.size(1) <= x.size(3), "cos ", cos.sizes(), " and sin ", sin.sizes(),
              " must be [positions, rotated / 2] for x ", x.sizes(), " from dimension ", offset);
  const auto c = cos.contiguous(), s = sin.contiguous();
  const auto positions = x.size(1), heads = x.size(2), half = c.size(1);
  const auto data = x.data_ptr<float>() + offset;
  const auto turn = interleaved ? rotate_neighbours : rotate;
  for_rows(x.size(0) * positions, heads * half * 2, [&](int64_t first, int64_t last) {
    for (int64_t row = first; row < last; row++) {
      const auto batch = row / positions, position = row % positions;
      turn(data + batch * x.stride(0) + position * x.stride(1), heads, x.stride(2), c.data_ptr<float>() + position * half, s.data_ptr<float>() + position * half, half);
    }
  });
  return x;
}

TORCH_LIBRARY_FRAGMENT(harness, m) { m.def("rotary_(Tensor(a!) x, Tensor cos, Tensor sin, int offset, bool interleaved) -> Tensor(a!)", torch::dispatch(c10::DispatchKey::CPU, rotary_)); }

}  // namespace
}  // namespace harness

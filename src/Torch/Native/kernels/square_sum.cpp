#include "simd.h"
#include <ATen/ATen.h>
#include <torch/library.h>
#include <numeric>
#include <vector>

namespace harness {
namespace {

// Elements whose squares are summed on their own, whatever the threads.
constexpr int64_t Stretch = 1 << 14;

HT_CLONES double squares(const float* x, int64_t count) {
  double sum = 0;
#pragma omp simd reduction(+ : sum)
  for (int64_t i = 0; i < count; i++) sum += static_cast<double>(x[i]) * static_cast<double>(x[i]);
  return sum;
}

at::Tensor square_sum(const at::Tensor& x) {
  const auto input = x.contiguous();
  std::vector<double> sums((input.numel() + Stretch - 1) / Stretch);
  for_rows(static_cast<int64_t>(sums.size()), Stretch, [&](int64_t begin, int64_t end) {
    for (int64_t stretch = begin; stretch < end; stretch++) {
      const auto first = stretch * Stretch;
      sums[stretch] = squares(input.data_ptr<float>() + first, std::min(Stretch, input.numel() - first));
    }
  });
  return at::full({}, std::accumulate(sums.begin(), sums.end(), 0.0), input.options().dtype(at::kDouble));
}

TORCH_LIBRARY_FRAGMENT(harness, m) { m.def("square_sum(Tensor x) -> Tensor", torch::dispatch(c10::DispatchKey::CPU, square_sum)); }

}  // namespace
}  // namespace harness

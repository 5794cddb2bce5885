#include "float_order.h"
#include <ATen/ATen.h>
#include <torch/library.h>

namespace harness {
namespace {

HT_INLINE int64_t count_below(const int32_t* keys, int64_t count, int32_t bound) {
  int32_t below = 0;
#pragma omp simd reduction(+ : below)
  for (int64_t i = 0; i < count; i++) below += keys[i] < bound;
  return below;
}

// Finds the k-th smallest key bit by bit, each bit one counting pass over a row that lies in the first-level cache.
HT_CLONES void mark_smallest(const float* metric, int32_t* keys, bool* mask, int64_t count, int64_t k) {
#pragma omp simd
  for (int64_t i = 0; i < count; i++) keys[i] = order_key(metric[i]);
  uint32_t offset = 0;  // of the threshold, from the smallest integer
  for (uint32_t bit = 1u << 31; bit != 0; bit >>= 1) {
    if (count_below(keys, count, static_cast<int32_t>((offset | bit) ^ 0x80000000u)) < k) offset |= bit;
  }
  const auto threshold = static_cast<int32_t>(offset ^ 0x80000000u);
#pragma omp simd
  for (int64_t i = 0; i < count; i++) mask[i] = keys[i] < threshold;
  int64_t ties = k - count_below(keys, count, threshold);
  for (int64_t i = 0; ties > 0; i++) {
    if (keys[i] == threshold) {
      mask[i] = true;
      ties--;
    }
  }
}

at::Tensor row_smallest_mask(const at::Tensor& metric, int64_t k) {
  TORCH_CHECK(metric.dim() == 2 && k >= 0 && k <= metric.size(1), "metric must be [rows, columns] with at least ", k, " columns, not ", metric.sizes());
  const auto from = metric.contiguous();
  auto mask = at::zeros(from.sizes(), from.options().dtype(at::kBool));
  const auto columns = from.size(1);
  for_rows(k == 0 ? 0 : from.size(0), columns * 32, [&](int64_t first, int64_t last) {
    std::vector<int32_t> keys(columns);
    for (int64_t row = first; row < last; row++) {
      mark_smallest(from.data_ptr<float>() + row * columns, keys.data(), mask.data_ptr<bool>() + row * columns, columns, k);
    }
  });
  return mask;
}

TORCH_LIBRARY_FRAGMENT(harness, m) {
  m.def("row_smallest_mask(Tensor metric, int k) -> Tensor", torch::dispatch(c10::DispatchKey::CPU, row_smallest_mask));
}

}  // namespace
}  // namespace harness

#include "float_order.h"
#include <ATen/ATen.h>
#include <torch/library.h>

namespace harness {
namespace {

// An element is pruned where fewer than `pruned` of its group sort before it.
HT_INLINE void mark_group(const int32_t* keys, bool* mask, int64_t size, int64_t pruned) {
  for (int64_t j = 0; j < size; j++) {
    int64_t rank = 0;
    for (int64_t i = 0; i < j; i++) rank += keys[i] <= keys[j];
    for (int64_t i = j + 1; i < size; i++) rank += keys[i] < keys[j];
    mask[j] = rank < pruned;
  }
}

HT_CLONES void mark_row(const float* metric, int32_t* keys, bool* mask, int64_t columns, int64_t pruned, int64_t group) {
#pragma omp simd
  for (int64_t i = 0; i < columns; i++) keys[i] = order_key(metric[i]);
  int64_t first = 0;
  // With its size known, the loops over a group of the usual patterns unroll.
  for (; group == 4 && first + 4 <= columns; first += 4) mark_group(keys + first, mask + first, 4, pruned);
  for (; group == 8 && first + 8 <= columns; first += 8) mark_group(keys + first, mask + first, 8, pruned);
  for (; first < columns; first += group) mark_group(keys + first, mask + first, std::min(group, columns - first), pruned);
}

at::Tensor nm_prune_mask(const at::Tensor& metric, int64_t pruned, int64_t group) {
  TORCH_CHECK(metric.dim() == 2 && group > 0, "metric must be [rows, columns], not ", metric.sizes(), ", and a group hold at least one column, not ", group);
  const auto from = metric.contiguous();
  auto mask = at::empty(from.sizes(), from.options().dtype(at::kBool));
  const auto columns = from.size(1);
  for_rows(from.size(0), columns * group, [&](int64_t first, int64_t last) {
    std::vector<int32_t> keys(columns);
    for (int64_t row = first; row < last; row++) {
      mark_row(from.data_ptr<float>() + row * columns, keys.data(), mask.data_ptr<bool>() + row * columns, columns, pruned, group);
    }
  });
  return mask;
}

TORCH_LIBRARY_FRAGMENT(harness, m) {
  m.def("nm_prune_mask(Tensor metric, int pruned, int group) -> Tensor", torch::dispatch(c10::DispatchKey::CPU, nm_prune_mask));
}

}  // namespace
}  // namespace harness

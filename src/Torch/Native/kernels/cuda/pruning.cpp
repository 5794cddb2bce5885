// The kernels that pruning needs, on the GPU: the same operators as on the CPU.
#include "kernel.h"
#include "sources.h"
#include <torch/library.h>

namespace harness::cuda {
namespace {

constexpr int64_t Threads = 256;

int64_t parts(int64_t count, int64_t size) { return (count + size - 1) / size; }

at::Tensor sparsegpt_block_(at::Tensor& weights, const at::Tensor& u, at::Tensor& mask, int64_t pruned, int64_t group, const c10::optional<at::Tensor>& norm) {
  static Kernel kernel("sparsegpt_block", sparsegpt_block_source);
  const auto rows = weights.size(0), width = weights.size(1);
  TORCH_CHECK(u.dim() == 2 && u.size(0) == width && u.size(1) == width && u.stride(1) == 1, "U must be [", width, ", ", width, "] with contiguous rows, not ", u.sizes());
  TORCH_CHECK(mask.sizes() == weights.sizes() && mask.scalar_type() == at::kBool, "mask must be bool ", weights.sizes(), ", not ", mask.sizes());
  TORCH_CHECK(weights.stride(1) == 1 && mask.stride(1) == 1, "rows must be contiguous");
  TORCH_CHECK(!norm || norm->numel() == width, "norm must have ", width, " elements");
  const int64_t of_row = 4 * width * static_cast<int64_t>(sizeof(float)), most = 48 << 10;
  TORCH_CHECK(of_row <= most, "a block of ", width, " columns is too wide for the GPU's kernel, which takes ", most / 16);
  const auto scale = norm ? norm->contiguous() : at::Tensor();
  auto errors = at::empty({rows, width}, weights.options());
  const auto warps = std::min<int64_t>(8, most / of_row);
  kernel.launch(weights.device(), {parts(rows, warps), 1, warps * 32, warps * of_row}, weights.data_ptr<float>(), static_cast<long long>(weights.stride(0)), u.data_ptr<float>(),
      static_cast<long long>(u.stride(0)), mask.data_ptr<bool>(), static_cast<long long>(mask.stride(0)), norm ? scale.data_ptr<float>() : nullptr, errors.data_ptr<float>(),
      static_cast<int>(rows), static_cast<int>(width), static_cast<int>(pruned), static_cast<int>(group));
  return errors;
}

at::Tensor row_smallest_mask(const at::Tensor& metric, int64_t k) {
  static Kernel kernel("row_smallest_mask", row_smallest_mask_source);
  TORCH_CHECK(metric.dim() == 2 && k >= 0 && k <= metric.size(1), "metric must be [rows, columns] with at least ", k, " columns, not ", metric.sizes());
  const auto from = metric.contiguous();
  auto mask = at::zeros(from.sizes(), from.options().dtype(at::kBool));
  kernel.launch(from.device(), {k == 0 ? 0 : from.size(0), 1, Threads}, from.data_ptr<float>(), mask.data_ptr<bool>(), static_cast<int>(from.size(1)), static_cast<int>(k));
  return mask;
}

at::Tensor nm_prune_mask(const at::Tensor& metric, int64_t pruned, int64_t group) {
  static Kernel kernel("nm_prune_mask", nm_prune_mask_source);
  TORCH_CHECK(metric.dim() == 2 && group > 0, "metric must be [rows, columns], not ", metric.sizes(), ", and a group hold at least one column, not ", group);
  const auto from = metric.contiguous();
  auto mask = at::empty(from.sizes(), from.options().dtype(at::kBool));
  kernel.launch(from.device(), {parts(from.size(1), Threads), std::min<int64_t>(from.size(0), 32768), Threads}, from.data_ptr<float>(), mask.data_ptr<bool>(),
      static_cast<long long>(from.size(0)), static_cast<int>(from.size(1)), static_cast<int>(pruned), static_cast<int>(group));
  return mask;
}

at::Tensor& column_square_sum_(at::Tensor& sums, const at::Tensor& x) {
  static Kernel kernel("column_square_sum", column_square_sum_source);
  constexpr int64_t Stretch = 128;
  const auto columns = x.size(-1);
  TORCH_CHECK(sums.dim() == 1 && sums.size(0) == columns, "sums must be [", columns, "], not ", sums.sizes());
  const auto rows = x.reshape({-1, columns}).contiguous();
  const auto stretches = parts(rows.size(0), Stretch);
  auto found = at::empty({stretches, columns}, rows.options().dtype(at::kDouble));
  kernel.launch(rows.device(), {parts(columns, 32), stretches, Threads}, rows.data_ptr(), found.data_ptr<double>(), static_cast<long long>(rows.size(0)), static_cast<int>(columns),
      static_cast<int>(Stretch), element_code(rows));
  return sums.add_(found.sum(0).to(sums.scalar_type()));
}

TORCH_LIBRARY_IMPL(harness, CUDA, m) {
  m.impl("sparsegpt_block_", sparsegpt_block_);
  m.impl("row_smallest_mask", row_smallest_mask);
  m.impl("nm_prune_mask", nm_prune_mask);
  m.impl("column_square_sum_", column_square_sum_);
}

}  // namespace
}  // namespace harness::cuda

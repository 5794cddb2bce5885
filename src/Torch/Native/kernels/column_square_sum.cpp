#include "element.h"
#include <torch/library.h>

namespace harness {
namespace {

constexpr int64_t Columns = 64;

// A float's square is exact in double, so only the additions round, and they go down each column whatever the threads.
template <class T>
HT_CLONES void add_squares(const T* x, int64_t rows, int64_t stride, int64_t columns, double* sums) {
  for (int64_t row = 0; row < rows; row++, x += stride) {
#pragma omp simd
    for (int64_t i = 0; i < columns; i++) sums[i] += static_cast<double>(wide(x[i])) * static_cast<double>(wide(x[i]));
  }
}

at::Tensor& column_square_sum_(at::Tensor& sums, const at::Tensor& x) {
  const auto columns = x.size(-1);
  TORCH_CHECK(sums.dim() == 1 && sums.size(0) == columns && sums.is_contiguous(), "sums must be a contiguous [", columns, "], not ", sums.sizes());
  TORCH_CHECK(sums.scalar_type() == at::kDouble || sums.scalar_type() == at::kFloat, "sums must be float32 or float64");
  const auto rows = x.reshape({-1, columns}).contiguous();
  const auto blocks = (columns + Columns - 1) / Columns;
  for_rows(blocks, rows.size(0) * Columns, [&](int64_t begin, int64_t end) {
    for (int64_t block = begin; block < end; block++) {
      const auto first = block * Columns, count = std::min(Columns, columns - first);
      double found[Columns] = {};
      with_elements(rows, [&](auto element) { add_squares(rows.data_ptr<decltype(element)>() + first, rows.size(0), columns, count, found); });
      for (int64_t i = 0; i < count; i++) {
        if (sums.scalar_type() == at::kDouble) {
          sums.data_ptr<double>()[first + i] += found[i];
        } else {
          sums.data_ptr<float>()[first + i] = static_cast<float>(sums.data_ptr<float>()[first + i] + found[i]);
        }
      }
    }
  });
  return sums;
}

TORCH_LIBRARY_FRAGMENT(harness, m) {
  m.def("column_square_sum_(Tensor(a!) sums, Tensor x) -> Tensor(a!)", torch::dispatch(c10::DispatchKey::CPU, column_square_sum_));
}

}  // namespace
}  // namespace harness

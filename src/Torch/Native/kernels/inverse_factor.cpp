#include "simd.h"
#include <ATen/ATen.h>
#include <torch/library.h>

// LAPACK, where libtorch has come with one of its own. The lengths of the strings are Fortran's.
extern "C" {
__attribute__((weak)) void dpotrf_(const char* uplo, const int* n, double* a, const int* lda, int* info, size_t);
__attribute__((weak)) void dtrtri_(const char* uplo, const char* diag, const int* n, double* a, const int* lda, int* info, size_t, size_t);
}

namespace harness {
namespace {

// body(k, l) for every element k from the diagonal on, counted by rows, and the l = n² − 1 − k where it lies with rows upside down and columns back to front.
template <class F>
void for_turned(int64_t n, const F& body) {
  for_rows(n, n, [&](int64_t first, int64_t last) {
    for (int64_t row = first; row < last; row++) {
      for (int64_t k = row * n + row; k < (row + 1) * n; k++) body(k, n * n - 1 - k);
    }
  });
}

// The turned matrix R has a Cholesky factor, R = VᵀV, and turned back, V⁻¹ is the factor that is looked for: one factor and one inverse of a triangle, where the inverse of h and a second factor take twice as long.
// LAPACK counts by columns, so the upper triangle of what it sees as R lies where that of rows turned upside down and back to front does, and the same holds for V⁻¹.
at::Tensor inverse_factor(const at::Tensor& h, double shift) {
  TORCH_CHECK(h.dim() == 2 && h.size(0) == h.size(1) && h.scalar_type() == at::kDouble, "h must be float64 [n, n], not ", h.scalar_type(), " ", h.sizes());
  const auto n = h.size(0);
  const auto from = h.contiguous();
  const auto work = at::empty_like(from);
  const auto data = work.data_ptr<double>();
  for_turned(n, [data, read = from.data_ptr<double>()](int64_t k, int64_t turned) { data[turned] = read[k]; });
  for (int64_t i = 0; i < n; i++) data[i * n + i] += shift;
  const int size = static_cast<int>(n);
  int failed = 0;
  dpotrf_("U", &size, data, &size, &failed, 1);
  if (!failed) dtrtri_("U", "N", &size, data, &size, &failed, 1, 1);
  if (failed) return at::empty({0, 0}, h.options().dtype(at::kFloat));
  const auto u = at::zeros({n, n}, h.options().dtype(at::kFloat));
  for_turned(n, [data, written = u.data_ptr<float>()](int64_t k, int64_t turned) { written[k] = static_cast<float>(data[turned]); });
  return u;
}

TORCH_LIBRARY_FRAGMENT(harness, m) {
  if (dpotrf_ && dtrtri_) m.def("inverse_factor(Tensor h, float shift) -> Tensor", torch::dispatch(c10::DispatchKey::CPU, inverse_factor));
}

}  // namespace
}  // namespace harness

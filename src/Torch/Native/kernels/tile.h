// Products of small matrices that stay in the cache.
#pragma once
#include "simd.h"

namespace harness {
namespace {

// The sums of a tile fill twelve of AVX2's sixteen registers.
constexpr int64_t TileRows = 6;
constexpr int64_t TileColumns = 16;

HT_INLINE int64_t round_up(int64_t n, int64_t to) { return (n + to - 1) / to * to; }

// C[6, 16] (+)= A[6, depth] · B[depth, 16]; a transposed A lies as [depth, 6].
template <bool Transposed = false>
HT_INLINE void multiply(const float* a, int64_t a_stride, const float* b, int64_t b_stride, int64_t depth, float* c, int64_t c_stride, bool accumulate) {
  // With its bounds known, the compiler unrolls the tile and keeps it in registers.
  float sums[TileRows][TileColumns] = {};
  if (accumulate) {
    for (int64_t r = 0; r < TileRows; r++) {
      for (int64_t n = 0; n < TileColumns; n++) sums[r][n] = c[r * c_stride + n];
    }
  }
  for (int64_t k = 0; k < depth; k++) {
    for (int64_t r = 0; r < TileRows; r++) {
#pragma omp simd
      for (int64_t n = 0; n < TileColumns; n++) sums[r][n] += a[Transposed ? k * a_stride + r : r * a_stride + k] * b[k * b_stride + n];
    }
  }
  for (int64_t r = 0; r < TileRows; r++) {
    for (int64_t n = 0; n < TileColumns; n++) c[r * c_stride + n] = sums[r][n];
  }
}

}  // namespace
}  // namespace harness

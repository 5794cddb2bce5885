// Products of small matrices that stay in the cache.
#pragma once
#include "simd.h"

namespace harness {
namespace {

// The sums of a tile fill twelve of AVX2's sixteen registers, those of two tiles twelve of AVX-512's thirty-two.
constexpr int64_t TileRows = 6;
constexpr int64_t TileColumns = 16;

// Where a row of a tile is one vector, six sums at a time are too few to keep the multipliers busy.
#if defined(__x86_64__)
const bool HasWideVectors = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl");
#else
const bool HasWideVectors = false;
#endif

HT_INLINE int64_t round_up(int64_t n, int64_t to) { return (n + to - 1) / to * to; }

// C[Rows, 16] (+)= A[Rows, depth] · B[depth, 16]; a transposed A lies as [depth, Rows].
template <bool Transposed, int64_t Rows>
HT_INLINE void multiply_tile(const float* a, int64_t a_stride, const float* b, int64_t b_stride, int64_t depth, float* c, int64_t c_stride, bool accumulate) {
  // With its bounds known, the compiler unrolls the tile and keeps it in registers.
  float sums[Rows][TileColumns] = {};
  if (accumulate) {
#pragma GCC unroll 12
    for (int64_t r = 0; r < Rows; r++) {
      for (int64_t n = 0; n < TileColumns; n++) sums[r][n] = c[r * c_stride + n];
    }
  }
  for (int64_t k = 0; k < depth; k++) {
#pragma GCC unroll 12
    for (int64_t r = 0; r < Rows; r++) {
#pragma omp simd
      for (int64_t n = 0; n < TileColumns; n++) sums[r][n] += a[Transposed ? k * a_stride + r : r * a_stride + k] * b[k * b_stride + n];
    }
  }
#pragma GCC unroll 12
  for (int64_t r = 0; r < Rows; r++) {
    for (int64_t n = 0; n < TileColumns; n++) c[r * c_stride + n] = sums[r][n];
  }
}

// The same of any number of rows that is a multiple of a tile's.
template <bool Transposed = false>
HT_INLINE void multiply(int64_t rows, const float* a, int64_t a_stride, const float* b, int64_t b_stride, int64_t depth, float* c, int64_t c_stride, bool accumulate) {
  const int64_t a_step = Transposed ? 1 : a_stride;
  int64_t r = 0;
  for (; HasWideVectors && r + 2 * TileRows <= rows; r += 2 * TileRows) multiply_tile<Transposed, 2 * TileRows>(a + r * a_step, a_stride, b, b_stride, depth, c + r * c_stride, c_stride, accumulate);
  for (; r < rows; r += TileRows) multiply_tile<Transposed, TileRows>(a + r * a_step, a_stride, b, b_stride, depth, c + r * c_stride, c_stride, accumulate);
}

}  // namespace
}  // namespace harness

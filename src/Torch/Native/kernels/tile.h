// Products of small matrices that stay in the cache.
#pragma once
#include "simd.h"

namespace harness {
namespace {

// The sums of a tile fill twelve of AVX2's sixteen registers, those of two tiles twelve of AVX-512's thirty-two.
constexpr int64_t TileRows = 6;
constexpr int64_t TileColumns = 16;

HT_INLINE int64_t round_up(int64_t n, int64_t to) { return (n + to - 1) / to * to; }

// A row of a tile: one register of AVX-512, two of AVX2. Loaded and stored wherever a float may lie.
typedef float TileRow __attribute__((vector_size(TileColumns * sizeof(float)), aligned(alignof(float)), may_alias));
typedef int32_t TileWords __attribute__((vector_size(TileColumns * sizeof(int32_t))));

constexpr TileWords TileBits = {1, 1 << 1, 1 << 2, 1 << 3, 1 << 4, 1 << 5, 1 << 6, 1 << 7, 1 << 8, 1 << 9, 1 << 10, 1 << 11, 1 << 12, 1 << 13, 1 << 14, 1 << 15};

HT_INLINE const TileRow& tile_row(const float* place) { return *reinterpret_cast<const TileRow*>(place); }
HT_INLINE TileRow& tile_row(float* place) { return *reinterpret_cast<TileRow*>(place); }

// C[Rows, 16] (+)= A[Rows, depth] · B[depth, 16]; a transposed A lies as [depth, Rows].
template <bool Transposed, int64_t Rows>
HT_INLINE void multiply_tile(const float* a, int64_t a_stride, const float* b, int64_t b_stride, int64_t depth, float* c, int64_t c_stride, bool accumulate) {
  // With its bounds known, the compiler unrolls the tile and keeps it in registers.
  TileRow sums[Rows] = {};
  if (accumulate) {
#pragma GCC unroll 12
    for (int64_t r = 0; r < Rows; r++) sums[r] = tile_row(c + r * c_stride);
  }
  if constexpr (Transposed) {
    for (int64_t k = 0; k < depth; k++, a += a_stride, b += b_stride) {
      const TileRow from_b = tile_row(b);
#pragma GCC unroll 12
      for (int64_t r = 0; r < Rows; r++) sums[r] += a[r] * from_b;
    }
  } else {
    // A pointer for every three rows, which an address reaches as base, base + stride and base + 2 · stride. Left alone, the compiler keeps one for each row, more than there are registers, and loads them in every round.
    const float *a3 = a + 3 * a_stride, *a6 = a3 + 3 * a_stride, *a9 = a6 + 3 * a_stride;
    for (int64_t k = 0; k < depth; k++, b += b_stride) {
      const TileRow from_b = tile_row(b);
      asm("" : "+r"(a), "+r"(a3));
      if constexpr (Rows > 6) asm("" : "+r"(a6), "+r"(a9));
#pragma GCC unroll 12
      for (int64_t r = 0; r < Rows; r++) sums[r] += (r < 3 ? a : r < 6 ? a3 : r < 9 ? a6 : a9)[r % 3 * a_stride] * from_b;
      a++, a3++, a6++, a9++;
    }
  }
#pragma GCC unroll 12
  for (int64_t r = 0; r < Rows; r++) tile_row(c + r * c_stride) = sums[r];
}

// The same of any number of rows that is a multiple of a tile's. Where a row is one vector, six sums at a time are too few to keep the multipliers busy.
template <bool Transposed = false>
HT_INLINE void multiply(int64_t rows, const float* a, int64_t a_stride, const float* b, int64_t b_stride, int64_t depth, float* c, int64_t c_stride, bool accumulate) {
  const int64_t a_step = Transposed ? 1 : a_stride;
  int64_t r = 0;
  for (; HasWideVectors && r + 2 * TileRows <= rows; r += 2 * TileRows) multiply_tile<Transposed, 2 * TileRows>(a + r * a_step, a_stride, b, b_stride, depth, c + r * c_stride, c_stride, accumulate);
  for (; r < rows; r += TileRows) multiply_tile<Transposed, TileRows>(a + r * a_step, a_stride, b, b_stride, depth, c + r * c_stride, c_stride, accumulate);
}

// The same of a few rows of a transposed A: eight, or a multiple of four.
template <int64_t Rows>
HT_INLINE void multiply_group(const float* a, int64_t a_stride, const float* b, int64_t b_stride, int64_t depth, float* c, int64_t c_stride, bool accumulate) {
  constexpr int64_t Few = 4;
  if (HasWideVectors) return multiply_tile<true, Rows>(a, a_stride, b, b_stride, depth, c, c_stride, accumulate);
  for (int64_t r = 0; r < Rows; r += Few) multiply_tile<true, Few>(a + r, a_stride, b, b_stride, depth, c + r * c_stride, c_stride, accumulate);
}

// Half a row of a tile.
typedef float TileHalf __attribute__((vector_size(TileColumns / 2 * sizeof(float)), aligned(alignof(float)), may_alias));

HT_INLINE TileHalf fold(const TileHalf& sums) { return sums; }
HT_INLINE TileHalf fold(const TileRow& sums) {
  TileHalf halves[2];
  std::memcpy(halves, &sums, sizeof halves);
  return halves[0] + halves[1];
}

// The sums of the elements of each of eight vectors.
template <class Vector>
HT_INLINE TileHalf add_up(const Vector* of) {
  typedef int32_t Places __attribute__((vector_size(sizeof(TileHalf))));
  TileHalf pairs[4], fours[2];
#pragma GCC unroll 4
  for (int64_t i = 0; i < 4; i++) {
    const TileHalf x = fold(of[2 * i]), y = fold(of[2 * i + 1]);
    pairs[i] = __builtin_shuffle(x, y, Places{0, 8, 2, 10, 4, 12, 6, 14}) + __builtin_shuffle(x, y, Places{1, 9, 3, 11, 5, 13, 7, 15});
  }
#pragma GCC unroll 2
  for (int64_t i = 0; i < 2; i++) {
    fours[i] = __builtin_shuffle(pairs[2 * i], pairs[2 * i + 1], Places{0, 1, 8, 9, 4, 5, 12, 13}) + __builtin_shuffle(pairs[2 * i], pairs[2 * i + 1], Places{2, 3, 10, 11, 6, 7, 14, 15});
  }
  return __builtin_shuffle(fours[0], fours[1], Places{0, 1, 2, 3, 8, 9, 10, 11}) + __builtin_shuffle(fours[0], fours[1], Places{4, 5, 6, 7, 12, 13, 14, 15});
}

// C[Rows, 8] = A[Rows, depth] · Bᵀ, where B is [8, depth]: a vector runs along the depth, a multiple of 16.
template <class Vector, int64_t Rows>
HT_INLINE void multiply_row_tile(const float* a, int64_t a_stride, const float* b, int64_t depth, float* c, int64_t c_stride) {
  static_assert(Rows <= 3);
  constexpr int64_t Step = sizeof(Vector) / sizeof(float), Columns = 8;
  Vector sums[Rows][Columns] = {};
  const float *b3 = b + 3 * depth, *b6 = b3 + 3 * depth;
  for (int64_t k = 0; k < depth; k += Step) {
    asm("" : "+r"(a), "+r"(b), "+r"(b3), "+r"(b6));
    Vector row[Rows];
#pragma GCC unroll 3
    for (int64_t r = 0; r < Rows; r++) row[r] = *reinterpret_cast<const Vector*>(a + r * a_stride);
#pragma GCC unroll 8
    for (int64_t n = 0; n < Columns; n++) {
      const Vector column = *reinterpret_cast<const Vector*>((n < 3 ? b : n < 6 ? b3 : b6) + n % 3 * depth);
#pragma GCC unroll 3
      for (int64_t r = 0; r < Rows; r++) sums[r][n] += row[r] * column;
    }
    a += Step, b += Step, b3 += Step, b6 += Step;
  }
#pragma GCC unroll 3
  for (int64_t r = 0; r < Rows; r++) *reinterpret_cast<TileHalf*>(c + r * c_stride) = add_up(sums[r]);
}

// The same of any number of rows that is a multiple of a tile's.
HT_INLINE void multiply_rows(int64_t rows, const float* a, int64_t a_stride, const float* b, int64_t depth, float* c, int64_t c_stride) {
  constexpr int64_t Few = 3;
  int64_t r = 0;
  for (; HasWideVectors && r < rows; r += Few) multiply_row_tile<TileRow, Few>(a + r * a_stride, a_stride, b, depth, c + r * c_stride, c_stride);
  for (; r < rows; r++) multiply_row_tile<TileHalf, 1>(a + r * a_stride, a_stride, b, depth, c + r * c_stride, c_stride);
}

}  // namespace
}  // namespace harness

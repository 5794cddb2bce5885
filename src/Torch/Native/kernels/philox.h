// Dropout from Philox4x32-10 (Salmon et al. 2011, Parallel Random Numbers: As Easy as 1, 2, 3): element i of a stream is word i % 4 of the counter (i / 4, stream), both of 64 bits, low word first,
// under the seed as key. Nothing is drawn in order, so a pattern can be had again from any place.
#pragma once
#include "simd.h"
#include <algorithm>
#include <cmath>
#include <limits>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace harness {
namespace {

// Counters that are computed side by side, each of four words.
constexpr int64_t Lanes = 32;
constexpr int64_t Words = 4 * Lanes;

constexpr uint32_t FirstFactor = 0xD2511F53, SecondFactor = 0xCD9E8D57, FirstStep = 0x9E3779B9, SecondStep = 0xBB67AE85;

#if defined(__x86_64__)
typedef uint64_t WideWords __attribute__((vector_size(64), may_alias));
typedef uint32_t WideHalves __attribute__((vector_size(64)));

// For products of 32 bits there is an instruction, which does not read the upper halves; the compiler would multiply all 64. So those may hold anything.
__attribute__((target("avx512f"))) inline WideWords multiply_halves(uint32_t factor, WideWords by) {
  return (WideWords)_mm512_maskz_mul_epu32(0xFF, (__m512i)(WideWords{} + factor), (__m512i)by);
}

__attribute__((target("avx512f"))) inline void philox_wide(uint64_t seed, uint64_t stream, uint64_t block, uint32_t* words) {
  constexpr int64_t Vectors = Lanes / 8;
  WideWords a[Vectors], b[Vectors], c[Vectors], d[Vectors];
  for (int64_t i = 0; i < Vectors; i++) {
    a[i] = WideWords{0, 1, 2, 3, 4, 5, 6, 7} + block + 8 * static_cast<uint64_t>(i);
    b[i] = a[i] >> 32;
    c[i] = WideWords{} + stream;
    d[i] = c[i] >> 32;
  }
  auto low = static_cast<uint32_t>(seed), high = static_cast<uint32_t>(seed >> 32);
  for (int round = 0; round < 10; round++, low += FirstStep, high += SecondStep) {
#pragma GCC unroll 4
    for (int64_t i = 0; i < Vectors; i++) {
      const auto first = multiply_halves(FirstFactor, a[i]), second = multiply_halves(SecondFactor, c[i]);
      a[i] = (second >> 32) ^ b[i] ^ low;
      c[i] = (first >> 32) ^ d[i] ^ high;
      b[i] = second;
      d[i] = first;
    }
  }
  constexpr WideHalves Lower = {0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30};
  for (int64_t i = 0; i < Vectors; i++) {
    const auto ab = (WideWords)__builtin_shuffle((WideHalves)a[i], (WideHalves)b[i], Lower), cd = (WideWords)__builtin_shuffle((WideHalves)c[i], (WideHalves)d[i], Lower);
    const WideWords both[] = {__builtin_shuffle(ab, cd, WideWords{0, 8, 1, 9, 2, 10, 3, 11}), __builtin_shuffle(ab, cd, WideWords{4, 12, 5, 13, 6, 14, 7, 15})};
    std::memcpy(words + 32 * i, both, sizeof both);
  }
}
#endif

// words: [32][4], of the counters block, block + 1, … Each word of 32 bits in a lane of 64, where its products have room.
HT_INLINE void philox(uint64_t seed, uint64_t stream, uint64_t block, uint32_t* words) {
#if defined(__x86_64__)
  if (HasWideVectors) return philox_wide(seed, stream, block, words);
#endif
  constexpr uint64_t Low = 0xFFFFFFFF;
  uint64_t a[Lanes], b[Lanes], c[Lanes], d[Lanes];
  for (int64_t lane = 0; lane < Lanes; lane++) {
    const uint64_t counter = block + static_cast<uint64_t>(lane);
    a[lane] = counter & Low;
    b[lane] = counter >> 32;
    c[lane] = stream & Low;
    d[lane] = stream >> 32;
  }
  uint64_t low = seed & Low, high = seed >> 32;
  for (int round = 0; round < 10; round++, low = (low + FirstStep) & Low, high = (high + SecondStep) & Low) {
#pragma omp simd
    for (int64_t lane = 0; lane < Lanes; lane++) {
      const uint64_t first = FirstFactor * a[lane], second = SecondFactor * c[lane];
      a[lane] = (second >> 32) ^ b[lane] ^ low;
      c[lane] = (first >> 32) ^ d[lane] ^ high;
      b[lane] = second & Low;
      d[lane] = first & Low;
    }
  }
#pragma omp simd
  for (int64_t lane = 0; lane < Lanes; lane++) {
    words[4 * lane] = static_cast<uint32_t>(a[lane]);
    words[4 * lane + 1] = static_cast<uint32_t>(b[lane]);
    words[4 * lane + 2] = static_cast<uint32_t>(c[lane]);
    words[4 * lane + 3] = static_cast<uint32_t>(d[lane]);
  }
}

// Elements whose bits share a word.
constexpr int64_t Bits = 16;

#if defined(__x86_64__)
__attribute__((target("avx512f"))) inline uint16_t above_wide(const uint32_t* words, uint32_t below) {
  return _mm512_cmpgt_epu32_mask(_mm512_loadu_si512(words), _mm512_set1_epi32(static_cast<int32_t>(below)));
}
#endif

// Which of sixteen words are above a number, a bit each.
HT_INLINE uint16_t above(const uint32_t* words, uint32_t below) {
#if defined(__x86_64__)
  if (HasWideVectors) return above_wide(words, below);
#endif
  uint32_t bits = 0;
#pragma omp simd reduction(| : bits)
  for (uint32_t i = 0; i < Bits; i++) bits |= words[i] > below ? 1u << i : 0u;
  return static_cast<uint16_t>(bits);
}

// Which elements of a stream are dropped, and what the others are multiplied with.
struct Pattern {
  uint64_t seed, stream, offset, threshold;
  float scale;

  Pattern(double p, int64_t its_seed, int64_t its_stream, int64_t its_offset)
      : seed(static_cast<uint64_t>(its_seed)), stream(static_cast<uint64_t>(its_stream)), offset(static_cast<uint64_t>(its_offset)),
        threshold(static_cast<uint64_t>(std::nearbyint(p * 4294967296.0))), scale(static_cast<float>(1 / (1 - p))) {}

  // The factors of some elements from `first` on, at most up to `last`, which stand at offset + their index in the stream; says of how many.
  HT_INLINE int64_t factors(int64_t first, int64_t last, float* to) const {
    const uint64_t place = offset + static_cast<uint64_t>(first);
    const auto skipped = static_cast<int64_t>(place % 4), count = std::min(last - first, Words - skipped);
    if (threshold == 0) {
      std::fill(to, to + count, scale);
      return count;
    }
    uint32_t words[Words];
    philox(seed, stream, place / 4, words);
    const auto below = static_cast<uint32_t>(threshold - 1);  // the threshold itself may be 2³²
    const float kept = scale;
#pragma omp simd
    for (int64_t i = 0; i < count; i++) to[i] = words[skipped + i] > below ? kept : 0.0f;
    return count;
  }

  // Which of so many elements from `first` on stay: a bit each, sixteen to a word. Bits behind the last element may be anything.
  HT_INLINE void keep(int64_t first, int64_t count, uint16_t* to) const {
    const int64_t wanted = (count + Bits - 1) / Bits;
    if (threshold == 0) return std::fill(to, to + wanted, std::numeric_limits<uint16_t>::max());
    const auto below = static_cast<uint32_t>(threshold - 1);
    const uint64_t place = offset + static_cast<uint64_t>(first);
    uint32_t words[Bits + Words];
    int64_t skipped = static_cast<int64_t>(place % 4), held = 0;  // what is left of one draw stands in front of the next
    uint64_t block = place / 4;
    for (const auto end = to + wanted; to < end; block += Lanes, skipped = 0) {
      philox(seed, stream, block, words + held);
      held += Words - skipped;
      const auto packed = std::min<int64_t>(held / Bits, end - to);
      for (int64_t i = 0; i < packed; i++) *to++ = above(words + skipped + i * Bits, below);
      held -= packed * Bits;
      std::copy(words + skipped + packed * Bits, words + skipped + packed * Bits + held, words);
    }
  }
};

}  // namespace
}  // namespace harness

// Dropout from Philox4x32-10 (Salmon et al. 2011, Parallel Random Numbers: As Easy as 1, 2, 3): element i of a stream is word i % 4 of the counter (i / 4, stream), both of 64 bits, low word first,
// under the seed as key. Nothing is drawn in order, so a pattern can be had again from any place.
#pragma once
#include "simd.h"
#include <algorithm>
#include <cmath>

namespace harness {
namespace {

// Counters that are computed side by side, each of four words.
constexpr int64_t Lanes = 32;
constexpr int64_t Words = 4 * Lanes;

// words: [32][4], of the counters block, block + 1, … Each word of 32 bits in a lane of 64, where its products have room.
HT_INLINE void philox(uint64_t seed, uint64_t stream, uint64_t block, uint32_t* words) {
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
  for (int round = 0; round < 10; round++, low = (low + 0x9E3779B9) & Low, high = (high + 0xBB67AE85) & Low) {
#pragma omp simd
    for (int64_t lane = 0; lane < Lanes; lane++) {
      const uint64_t first = 0xD2511F53 * a[lane], second = 0xCD9E8D57 * c[lane];
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
};

}  // namespace
}  // namespace harness

// The order in which torch sorts floats, as integers that compare in one instruction.
#pragma once
#include "simd.h"
#include <limits>

namespace harness {

// a sorts before b exactly where order_key(a) < order_key(b): the two zeros are equal, NaNs equal and after everything.
HT_INLINE int32_t order_key(float value) {
  const float plain = value + 0.0f;  // -0 becomes +0
  int32_t bits;
  std::memcpy(&bits, &plain, sizeof bits);
  const int32_t key = bits ^ ((bits >> 31) & 0x7fffffff);
  return value != value ? std::numeric_limits<int32_t>::max() : key;
}

}  // namespace harness

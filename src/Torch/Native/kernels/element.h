// The element types of the kernels that read and write either: float, and bfloat16, computed in float and rounded once.
#pragma once
#include "simd.h"
#include <ATen/ATen.h>

namespace harness {

using at::BFloat16;

HT_INLINE float wide(float x) { return x; }

HT_INLINE float wide(BFloat16 x) {
  const uint32_t bits = static_cast<uint32_t>(x.x) << 16;
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

HT_INLINE void put(float& to, float value) { to = value; }

// To the nearest, ties to even; a NaN stays one.
HT_INLINE void put(BFloat16& to, float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  const uint32_t rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
  to.x = static_cast<uint16_t>(value != value ? 0x7fc0 : rounded);
}

// body(element): the element's type is that of x.
template <class F>
auto with_elements(const at::Tensor& x, const F& body) {
  TORCH_CHECK(x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16, "the kernel takes float32 and bfloat16, not ", x.scalar_type());
  return x.scalar_type() == at::kFloat ? body(float()) : body(BFloat16());
}

}  // namespace harness
